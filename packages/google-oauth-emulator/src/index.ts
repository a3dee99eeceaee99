import './node-version.ts';

export type { Call, CallLog } from './calls.ts';
export type { Client, ClientOptions, DesktopClientOptions, WebClientOptions } from './clients.ts';
export type { Clock } from './clock.ts';
export { type GoogleEmulator, type GoogleEmulatorOptions, startGoogleEmulator } from './emulator.ts';
export type {
  CapacityFault,
  Fault,
  Faults,
  HangFault,
  HtmlFault,
  LatencyFault,
  RedirectFault,
  ResetFault,
  StatusFault,
  TruncatedFault,
} from './faults.ts';
export type { ServedRequest } from './http/served-request.ts';
export type { MintTokenOptions } from './minting.ts';
export type { User, UserOptions } from './people.ts';
export { requestLine } from './request-line.ts';
