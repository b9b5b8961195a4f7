# Stands in for the official victoriametrics/victoria-metrics where no registry can be reached: the same user, paths,
# entrypoint and command, so that a compose file cannot tell the two apart.
FROM scratch
COPY rootfs/ /
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && ln -s /bin/victoria-metrics /victoria-metrics-prod && mkdir -m 1777 /tmp"]
EXPOSE 8428
ENTRYPOINT ["/victoria-metrics-prod"]
