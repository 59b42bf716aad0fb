import type { ErrorRow } from './row.js';

/** What stops a start or a command: configuration, ports, another server. */
export const CONFIGURATION_ERRORS = {
  config_invalid: {
    status: 500,
    retryable: false,
    message: 'Configuration: {key} {reason} (from {origin}).',
  },
  config_unknown_key: {
    status: 500,
    retryable: false,
    message: 'Configuration: there is no "{key}" (from {origin}).{suggestion} All keys: narae config',
  },
  config_file_unreadable: {
    status: 500,
    retryable: false,
    message: 'The configuration file {path} cannot be used: {reason}.',
  },
  open_bind_refused: {
    status: 500,
    retryable: false,
    message:
      'Refusing to listen on {host} without an API key: anyone on the network could read your documents. Set NARAE_API_KEYS, or say --allow-unauthenticated if that is what you want.',
  },
  port_in_use: {
    status: 500,
    retryable: false,
    message:
      'Port {port} on {host} is in use. Stop the other program or choose another port: --port {suggestion}',
  },
  host_unavailable: {
    status: 500,
    retryable: false,
    message: 'Cannot listen on {host}:{port} ({reason}). Use an address of this machine, such as 127.0.0.1.',
  },
  usage: { status: 400, retryable: false, message: '{reason} See: {help}' },
  server_unreachable: {
    status: 502,
    retryable: true,
    message: 'Nothing answers at {url} ({reason}). Check the address, or start Narae there: narae serve',
  },
  server_refused: {
    status: 502,
    retryable: false,
    message: 'The server at {url} refused (status {status}): {reason}',
  },
} as const satisfies Record<string, ErrorRow>;
