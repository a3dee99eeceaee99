/** The same call from a shell. The token is left out: it would stay in the shell's history. */
export function asCurl(method: string, url: string): string {
  return `curl -i -X ${method} '${url}' -H "Authorization: Bearer $TOKEN"`;
}
