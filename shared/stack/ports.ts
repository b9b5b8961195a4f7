/** The port each service listens on inside its container. */
export const CONTAINER_PORTS = {
  app: 8080,
  prometheus: 9090,
  grafana: 3000,
  alertmanager: 9093,
  'slack-inbox': 8025,
};

export type ServiceName = keyof typeof CONTAINER_PORTS;
