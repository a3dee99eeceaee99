/** The same call from a shell. The token is left out: it would stay in the shell's history. */
export function asCurl(method: string, url: string, body: string | undefined): string {
  const call = `curl -i -X ${method} '${url}' -H "Authorization: Bearer $TOKEN"`;
  // Between single quotes a shell reads everything as it is, but for the quote.
  return body === undefined
    ? call
    : `${call} -H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
}
