# Stands in for the official prom/node-exporter where no registry can be reached: the same user, paths,
# entrypoint and command, so that a compose file cannot tell the two apart.
FROM scratch
COPY rootfs/ /
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && ln -s prometheus-node-exporter /bin/node_exporter && mkdir -m 1777 /tmp"]
USER nobody
EXPOSE 9100
ENTRYPOINT ["/bin/node_exporter"]
