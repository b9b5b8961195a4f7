# Stands in for the official prom/pushgateway where no registry can be reached: the same user, paths,
# entrypoint and command, so that a compose file cannot tell the two apart.
FROM scratch
COPY rootfs/ /
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && ln -s prometheus-pushgateway /bin/pushgateway && install -d -o nobody -g nobody /pushgateway && mkdir -m 1777 /tmp"]
USER nobody
EXPOSE 9091
WORKDIR /pushgateway
ENTRYPOINT ["/bin/pushgateway"]
