# Stands in for the official victoriametrics/victoria-metrics where no registry can be reached: the same user, paths,
# entrypoint and command, so that a compose file cannot tell the two apart.
FROM scratch AS package
COPY rootfs/ /
# The package holds seven more programs, 200 MB.
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && rm /bin/vm* && ln -s /bin/victoria-metrics /victoria-metrics-prod && mkdir -m 1777 /tmp"]

FROM scratch
COPY --from=package / /
EXPOSE 8428
ENTRYPOINT ["/victoria-metrics-prod"]
