# Stands in for the official prom/blackbox-exporter where no registry can be reached: the same user, paths,
# entrypoint and command, so that a compose file cannot tell the two apart.
FROM scratch
COPY rootfs/ /
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && ln -s prometheus-blackbox-exporter /bin/blackbox_exporter && mkdir /etc/blackbox_exporter && ln -s /etc/prometheus/blackbox.yml /etc/blackbox_exporter/config.yml && mkdir -m 1777 /tmp"]
USER nobody
EXPOSE 9115
ENTRYPOINT ["/bin/blackbox_exporter"]
CMD ["--config.file=/etc/blackbox_exporter/config.yml"]
