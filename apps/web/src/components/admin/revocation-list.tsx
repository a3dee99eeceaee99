import type { ReactNode } from 'react';
import { inGroups } from '../../calls/fingerprint.ts';
import type { Revocation, RevocationView } from '../../calls/revocation.ts';
import { Button } from '../button.tsx';
import { Panel } from '../panel.tsx';
import styles from './revocation-list.module.css';

/** What is revoked, the newest first, and which instance says so. */
export function RevocationList(props: {
  readonly view: RevocationView;
  readonly busy: boolean;
  readonly onReload: () => void;
}): ReactNode {
  const { view, busy, onReload } = props;
  const { revocations, truncated, instance, viewAgeMs } = view;
  const newest = revocations.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
  return (
    <Panel title="In force now" source="components/admin/revocation-list.tsx">
      <div className={styles.head}>
        <p>
          Instance <code>{instance}</code> answered. Its view was {Math.round(viewAgeMs)} ms old.
        </p>
        <Button busy={busy} onClick={onReload}>
          Read again
        </Button>
      </div>
      {newest.length === 0 && <p className={styles.none}>Nothing is revoked.</p>}
      <ul className={styles.list} data-testid="revocations">
        {newest.map((revocation) => (
          <Entry key={JSON.stringify(revocation)} revocation={revocation} />
        ))}
      </ul>
      {truncated && <p className={styles.none}>There are more; the API lists a thousand.</p>}
    </Panel>
  );
}

function Entry({ revocation }: { readonly revocation: Revocation }): ReactNode {
  const { type, at, by, reason } = revocation;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [type === 'token' ? 'which' : 'whom', whom(revocation)],
    ['when', at === undefined ? 'not known' : <Moment at={at} />],
    ['by', by ?? 'not known'],
    ['why', reason ?? 'no reason was given'],
    ['kept until', until(revocation)],
  ];
  return (
    <li data-type={type}>
      <b>{NAMES[type]}</b> {(type === 'subject' || type === 'everyone') && <IssuedBefore revocation={revocation} />}
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

const NAMES: Readonly<Record<Revocation['type'], string>> = {
  token: 'One access token',
  subject: 'All tokens of one user',
  everyone: 'All tokens of everyone',
  block: 'One user is blocked',
};

/** Which of the tokens it is about. */
function IssuedBefore({ revocation }: { readonly revocation: Revocation }): ReactNode {
  const { issuedBefore } = revocation;
  if (issuedBefore === undefined) return null;
  return (
    <b>
      issued before <Moment at={issuedBefore} />
    </b>
  );
}

function whom({ type, tokenSha256, subject, subjectSha256 }: Revocation): ReactNode {
  if (tokenSha256 !== undefined) return <code>{inGroups(tokenSha256.slice(0, 16))}</code>;
  if (subject !== undefined) return <code>{subject}</code>;
  if (subjectSha256 !== undefined) return <code>SHA-256 {subjectSha256.slice(0, 16)}…</code>;
  return type === 'everyone' ? 'everyone' : 'not known';
}

function until({ type, expiresAt }: Revocation): ReactNode {
  if (type === 'block') return 'somebody lifts it';
  return expiresAt === undefined ? 'not known' : <Moment at={expiresAt} />;
}

function Moment({ at }: { readonly at: number }): ReactNode {
  const date = new Date(at);
  const day = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return <time dateTime={date.toISOString()}>{date.toLocaleString('en-GB', day)}</time>;
}
