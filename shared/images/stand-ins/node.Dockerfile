# Stands in for the official node slim image where no registry can be reached: Node.js's own binary from
# npm, the libraries it needs from Debian, and the certificates and npm registry of the machine that built it.
FROM scratch
COPY rootfs/ /
RUN ["busybox", "sh", "-c", "busybox --install -s /bin && install -d -o node -g node /home/node && mkdir -m 1777 /tmp"]
ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
