import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { startApi } from './support/api.ts';

interface Operation {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post' | 'delete', Operation>>>>>;
  readonly components: { readonly securitySchemes: object };
}

t.test('the description is valid OpenAPI, complete, and says who may call what', async (t) => {
  const { app } = await startApi(t);
  const response = await app.inject('/openapi.json');
  const document = response.json<Document>();
  const { valid, errors } = await new Validator().validate(response.json());
  t.ok(valid, JSON.stringify(errors));

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const security = Object.fromEntries(operations.map(({ name, operation }) => [name, operation.security]));
  const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
  t.strictSame(security, {
    'POST /api/user': [{ google: ['email'] }],
    'GET /api/user': [{ google: [] }],
    'DELETE /api/user': [{ google: [] }],
    'DELETE /api/token': [{ google: [] }],
    'DELETE /api/tokens': [{ google: [] }],
    'GET /api/calendar/events': [{ google: [calendar] }],
    'GET /admin/revocations': [{ google: [] }],
    'POST /admin/revocations': [{ google: [] }],
    'GET /healthz': undefined,
    'GET /readyz': undefined,
    'GET /metrics': undefined,
  });
  t.hasProp(document.components.securitySchemes, 'google');
  for (const { name, operation } of operations.filter(({ operation }) => operation.security)) {
    const statuses = Object.keys(operation.responses);
    for (const status of ['400', '401', '429', '503']) t.ok(statuses.includes(status), `${name} ${status}`);
  }
  t.strictSame(Object.keys(document.paths['/api/user']?.post?.responses ?? {}), [
    ...['200', '201', '400', '401', '403', '413', '415', '429', '503'],
  ]);
});

t.test('the page for people brings everything along', async (t) => {
  const { app } = await startApi(t);
  const page = await app.inject('/docs/');
  t.match(page.headers['content-type'], /^text\/html/);
  t.notMatch(page.body, /(src|href)="(https?:)?\/\//, 'nothing comes from another host');
  t.match(page.headers['content-security-policy'], /default-src 'self'/);
  for (const [, file = ''] of page.body.matchAll(/(?:src|href)="\.\/(static\/[^"]+)"/g)) {
    t.equal((await app.inject(`/docs/${file}`)).statusCode, 200, file);
  }
});
