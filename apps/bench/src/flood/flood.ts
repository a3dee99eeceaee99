/** What a flooder is asked for. */
export type Flood = {
  readonly tokens: number;
  readonly perS: number;
  /** It ends after so long at the latest, however many it has sent. */
  readonly mostMs: number;
};

/** What came of it. */
export type Flooded = {
  readonly sent: number;
  readonly ms: number;
  /** How many answers had which status; `failed` had none. */
  readonly statuses: { readonly [status: string]: number };
};

/** Whether a message is that. Only the flooder sends any. */
export function isFlooded(said: unknown): said is Flooded {
  return typeof said === 'object' && said !== null && 'sent' in said && 'statuses' in said;
}
