/** A very small browser: cookies per host, redirects, and forms. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  /** Every cookie that this host would be sent. */
  cookies(url: string): ReadonlyMap<string, string> {
    return this.#jar(url);
  }

  /** Another browser with the same cookies: what a request sees that was sent before they changed. */
  copy(): Browser {
    const copy = new Browser();
    for (const [host, jar] of this.#jars) copy.#jars.set(host, new Map(jar));
    return copy;
  }

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.#jar(url);
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Opens a page, following redirects, until `stopAt` says that this is far enough. */
  async open(url: string, init: RequestInit = {}, stopAt: (url: URL) => boolean = () => false): Promise<Page> {
    const response = await this.request(url, init);
    const location = response.headers.get('location');
    if (location === null) return { url: new URL(url), html: await response.text() };
    await response.body?.cancel();
    const target = new URL(location, url);
    return stopAt(target) ? { url: target, html: '' } : this.open(target.href, {}, stopAt);
  }

  /** Sends the form of a page that holds the button. */
  submit(page: Page, [name, value]: readonly [string, string], stopAt?: (url: URL) => boolean): Promise<Page> {
    const forms = [...page.html.matchAll(/<form method="post" action="([^"]+)">(.*?)<\/form>/gs)];
    const [, action = '', content = ''] = forms.find(([, , inside]) => inside?.includes(`name="${name}"`)) ?? [];
    const fields = new URLSearchParams({ [name]: value });
    for (const [input] of content.matchAll(/<input [^>]*>/g))
      fields.append(attribute(input, 'name'), attribute(input, 'value'));
    return this.open(new URL(action, page.url).href, { method: 'POST', body: fields }, stopAt);
  }

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }
}

export interface Page {
  readonly url: URL;
  readonly html: string;
}

function attribute(element: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? '';
  return value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
