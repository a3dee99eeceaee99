import type { APIRequestContext, APIResponse } from 'playwright-core';

/**
 * Signs in with the cookies of a browser: sends what its pages would send, and shows none of them. To draw four pages costs a second of the
 * processor.
 *
 * @param email of the account to choose. Default: the first
 */
export async function signInUnseen(
  request: APIRequestContext,
  webUrl: string,
  email = 'ada@example.com',
): Promise<void> {
  const csrfToken = textOf('csrfToken', await (await request.get(`${webUrl}/api/auth/csrf`)).json());
  const form = { csrfToken, callbackUrl: webUrl, json: 'true' };
  const begun = await request.post(`${webUrl}/api/auth/signin/google`, { form });
  const chooser = await request.get(textOf('url', await begun.json()));
  const accounts = (await chooser.text()).matchAll(
    /<button class="account" name="user" value="(\d+)">(.*?)<\/button>/gs,
  );
  const [, user = ''] = [...accounts].find(([, , text]) => text?.includes(email)) ?? [];
  const consent = await submit(request, chooser, { user });
  const page = await submit(request, consent, { decision: 'allow' });
  if (new URL(page.url()).origin !== webUrl || !page.ok()) throw new Error(`signing in ended at ${page.url()}`);
}

function textOf(name: string, answer: unknown): string {
  const text: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
  if (typeof text !== 'string') throw new Error(`NextAuth's answer has no ${name}`);
  return text;
}

/** Sends the first form of a page at Google. */
async function submit(
  request: APIRequestContext,
  page: APIResponse,
  fields: Record<string, string>,
): Promise<APIResponse> {
  const [, action = '', transaction = ''] =
    /<form method="post" action="([^"]+)">\s*<input type="hidden" name="transaction" value="([^"]+)">/.exec(
      await page.text(),
    ) ?? [];
  return request.post(new URL(action, page.url()).href, { form: { transaction, ...fields } });
}
