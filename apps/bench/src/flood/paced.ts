import { setTimeout as delay } from 'node:timers/promises';

/** How fast requests are sent, and until when. */
interface Pace {
  readonly perS: number;
  /** So many are under way at most: who is not answered sends no more. */
  readonly atOnce: number;
  /** Asked before each request. */
  readonly goesOn: (sent: number) => boolean;
}

/**
 * Sends requests at a steady rate, whether or not the earlier ones have been answered.
 *
 * @param send is given the number of its request, from 0; it must not throw
 * @returns when all are answered: how many were sent
 */
export async function paced({ perS, atOnce, goesOn }: Pace, send: (index: number) => Promise<void>): Promise<number> {
  const beganAt = performance.now();
  let sent = 0;
  let underWay = 0;
  while (goesOn(sent)) {
    const due = ((performance.now() - beganAt) / 1000) * perS;
    while (sent < due && underWay < atOnce && goesOn(sent)) {
      underWay++;
      void send(sent++).finally(() => underWay--);
    }
    await delay(1);
  }
  while (underWay > 0) await delay(1);
  return sent;
}
