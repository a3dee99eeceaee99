import type { ReactNode } from 'react';
import type { Line } from '../../calls/record.ts';
import { Panel } from '../panel.tsx';
import { CallLine } from './call-line.tsx';
import styles from './calls-list.module.css';
import { EventLine } from './event-line.tsx';

/**
 * What was sent last and what came back, every attempt on its own, and what happened to the tokens between; the newest first.
 *
 * @param apiUrl for the lines that do the same from a shell
 */
export function CallsList({ lines, apiUrl }: { readonly lines: readonly Line[]; readonly apiUrl: string }): ReactNode {
  return (
    <Panel title="Last calls" source="calls/use-calls.ts">
      {lines.length === 0 && <p className={styles.none}>None yet.</p>}
      <ol className={styles.list} data-testid="calls">
        {lines.map((line) =>
          line.kind === 'call' ? (
            <CallLine key={line.id} call={line} apiUrl={apiUrl} />
          ) : (
            <EventLine key={line.id} event={line} />
          ),
        )}
      </ol>
    </Panel>
  );
}
