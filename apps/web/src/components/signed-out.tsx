import type { ReactNode } from 'react';
import { GoogleButton } from './google-button.tsx';
import styles from './signed-out.module.css';

/** Says what this is, and lets one in. */
export function SignedOut(props: {
  readonly isGoogleEmulated: boolean;
  readonly asksWhichAccount: boolean;
}): ReactNode {
  return (
    <div className={styles.hero}>
      <div className={styles.words}>
        <h1>Your API decides which Google token is good, right now.</h1>
        <p>
          Sign in, and this page sends your Google access token to an API with every call. The API judges the token,
          mostly from memory: whom it is for, what it allows, until when, and whether somebody has revoked it.
        </p>
        <p>
          Then leak your token. The API refuses that one from the next call on, and you stay signed in with a fresh one.
          Google alone cannot do this.
        </p>
        <GoogleButton asksWhichAccount={props.asksWhichAccount} />
        {props.isGoogleEmulated && (
          <p className={styles.hint}>
            Google is emulated here: choose one of its made-up accounts, no password needed.
          </p>
        )}
      </div>
      <Preview />
    </div>
  );
}

/** The story in four lines, on a ticket like the one of those who are signed in. */
function Preview(): ReactNode {
  return (
    <figure className={styles.preview}>
      <figcaption>
        What you will see <code>Authorization: Bearer ya29.a0…</code>
      </figcaption>
      <ol>
        {story.map(({ call, status, note }) => (
          <li key={note} className={status < 300 ? styles.good : styles.bad}>
            <span className={styles.mark} aria-hidden="true">
              {status < 300 ? '✓' : '✕'}
            </span>
            <code>{call}</code>
            <span className={styles.note}>
              <b>{status}</b> {note}
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}

const story = [
  { call: 'GET /api/user', status: 200, note: 'the token is good' },
  { call: 'DELETE /api/token', status: 204, note: 'it leaked: refuse it from now on' },
  { call: 'GET /api/user', status: 401, note: 'the access token has been revoked' },
  { call: 'GET /api/user', status: 200, note: 'the fresh token is good: you stay signed in' },
] as const;
