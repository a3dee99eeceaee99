/** A very small browser: cookies for each host, redirects, and forms. */
export class Browser {
  #jars = new Map();

  /** @returns {Promise<Response>} without following a redirect */
  async request(url, init = {}) {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map();
    this.#jars.set(host, jar);
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(60_000) });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Opens a page, wherever redirects lead; one to `stopAt` is not followed. */
  async open(url, init = {}, stopAt = undefined) {
    const response = await this.request(url, init);
    const location = response.headers.get('location');
    if (location === null) return { url, status: response.status, html: await response.text() };
    await response.body?.cancel();
    const { href } = new URL(location, url);
    const there = stopAt !== undefined && href.startsWith(stopAt);
    return there ? { url: href, status: response.status, html: '' } : this.open(href, {}, stopAt);
  }

  /** Presses the button of this name in a page. */
  submit(page, name, value, stopAt = undefined) {
    const forms = [...page.html.matchAll(/<form method="post" action="([^"]+)">(.*?)<\/form>/gs)];
    const [, action, content = ''] = forms.find(([, , inside]) => inside.includes(`name="${name}"`)) ?? [];
    if (action === undefined) throw new Error(`no button ${name} at ${page.url}\n${page.html.slice(0, 2000)}`);
    const body = new URLSearchParams({ [name]: value });
    for (const [input] of content.matchAll(/<input [^>]*>/g))
      body.append(attribute(input, 'name'), attribute(input, 'value'));
    return this.open(new URL(action, page.url).href, { method: 'POST', body }, stopAt);
  }
}

function attribute(element, name) {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? '';
  return value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
