import Type from 'typebox';
import { section } from '../key.js';

export const SERVER_SECTION = section({
  host: Type.String({
    stem: 'host',
    minLength: 1,
    default: '127.0.0.1',
    description: 'Address to listen on; `0.0.0.0` is every network of this machine and needs an API key',
  }),
  port: Type.Integer({
    stem: 'port',
    minimum: 0,
    maximum: 65_535,
    default: 8000,
    description: 'Port to listen on; 0 takes any free one',
  }),
  apiKeys: Type.Array(Type.String({ minLength: 8 }), {
    stem: 'api-keys',
    secret: true,
    maxItems: 1000,
    default: [],
    description: 'Keys that clients must send one of, at least 8 characters each; none: no key is asked for',
  }),
  adminKeys: Type.Array(Type.String({ minLength: 8 }), {
    stem: 'admin-keys',
    secret: true,
    maxItems: 100,
    default: [],
    description:
      'Keys for what lies below `/admin`, at least 8 characters each; none: only requests from this machine are let in',
  }),
  allowUnauthenticated: Type.Boolean({
    stem: 'allow-unauthenticated',
    default: false,
    description: 'Listen beyond this machine although no API key is configured',
  }),
  bodyLimitBytes: Type.Integer({
    stem: 'body-limit-bytes',
    minimum: 1024,
    maximum: 1_073_741_824,
    default: 2_097_152,
    description: 'Largest JSON request body',
  }),
  uploadLimitBytes: Type.Integer({
    stem: 'upload-limit-bytes',
    minimum: 1024,
    maximum: 1_073_741_824,
    default: 52_428_800,
    description: 'Largest file upload',
  }),
  compressionMinBytes: Type.Integer({
    stem: 'compression-min-bytes',
    minimum: 0,
    maximum: 1_073_741_824,
    default: 1024,
    description: 'Responses from this size on are compressed; streams never are',
  }),
  corsOrigins: Type.Array(Type.String({ pattern: '^(\\*|https?://[^/\\s]+)$' }), {
    stem: 'cors-origins',
    maxItems: 100,
    default: [],
    description:
      'Web origins that may call the API from a browser, such as `https://wiki.example.com`, or `*`',
  }),
  slowReaderTimeoutSeconds: Type.Number({
    stem: 'slow-reader-timeout-seconds',
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 30,
    description: 'How long a client may leave a stream unread before it is cut off',
  }),
  maxConnections: Type.Integer({
    stem: 'max-connections',
    minimum: 1,
    maximum: 1_000_000,
    default: 20_000,
    description: 'Open connections of a worker; requests on further ones get 503',
  }),
  maxRequestsInFlight: Type.Integer({
    stem: 'max-requests-in-flight',
    minimum: 1,
    maximum: 1_000_000,
    default: 12_000,
    description: 'Requests of a worker under way at once; further ones get 503',
  }),
  workers: Type.Integer({
    stem: 'workers',
    minimum: 1,
    maximum: 256,
    default: 1,
    description: 'Processes that share the port; SIGHUP then restarts them one by one',
  }),
  shutdownTimeoutSeconds: Type.Number({
    stem: 'shutdown-timeout-seconds',
    minimum: 0,
    maximum: 600,
    default: 10,
    description: 'How long answers under way may go on after a stop was asked for',
  }),
});
