'use client';

import { type ReactNode, useState } from 'react';
import { asCurl } from '../../calls/curl.ts';
import type { CallRecord, HeaderLines } from '../../calls/record.ts';
import { Button } from '../button.tsx';
import styles from './call-details.module.css';

/** What was sent and what came back, and how to do the same. */
export function CallDetails({ call, apiUrl }: { readonly call: CallRecord; readonly apiUrl: string }): ReactNode {
  const { method, path, to, body, fingerprint, responseHeaders = [] } = call;
  const token = fingerprint === undefined ? '' : `, ${fingerprint.slice(0, 4)}…`;
  const sent: HeaderLines =
    to === 'api' ? [['authorization', `Bearer … (the access token${token})`]] : [['cookie', '… (the session token)']];
  return (
    <div className={styles.details}>
      <h3>Sent</h3>
      <HeaderTable headers={to === 'api' && body !== undefined ? [...sent, ['content-type', JSON_TYPE]] : sent} />
      {body !== undefined && <pre>{body}</pre>}
      <h3>Came back</h3>
      {responseHeaders.length === 0 ? <p>Nothing.</p> : <HeaderTable headers={responseHeaders} />}
      <h3>In your code</h3>
      <pre>{to === 'api' ? codeFor(method, path, body) : siteCodeFor(method, path, body)}</pre>
      {to === 'api' && <Curl line={asCurl(method, apiUrl + path, body)} />}
    </div>
  );
}

const JSON_TYPE = 'application/json';

function HeaderTable({ headers }: { readonly headers: HeaderLines }): ReactNode {
  return (
    <dl>
      {headers.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function codeFor(method: string, path: string, body: string | undefined): string {
  const json = body === undefined ? '' : `, headers: { 'content-type': '${JSON_TYPE}' }, ${bodyCode(body)}`;
  const init = method === 'GET' ? '' : `, { method: '${method}'${json} }`;
  return `const apiFetch = useApiFetch();\nconst response = await apiFetch('${path}'${init});`;
}

function siteCodeFor(method: string, path: string, body: string | undefined): string {
  const json = body === undefined ? '' : `, ${bodyCode(body)}`;
  return `const response = await fetch('${path}', { method: '${method}'${json} });`;
}

/** JSON is JavaScript too. */
function bodyCode(body: string): string {
  return `body: JSON.stringify(${body})`;
}

function Curl({ line }: { readonly line: string }): ReactNode {
  const [copied, setCopied] = useState<boolean>();
  const copy = (): void =>
    void navigator.clipboard.writeText(line).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <>
      <h3>From a shell</h3>
      <pre>{line}</pre>
      <div className={styles.copy}>
        <Button onClick={copy}>Copy as curl</Button>
        <span role="status">
          {copied === true && 'Copied, without the token.'}
          {copied === false && 'This browser does not allow it: select the line and copy it.'}
        </span>
      </div>
    </>
  );
}
