import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The workspace: its packages are links to folders outside of this one.
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
  // A cache of 60 MB for the next build is a fifth of the work of a build, and in CI there is no next one.
  experimental: { turbopackFileSystemCacheForBuild: !process.env.CI },
  // `next dev` prints the URL of each request; this one holds Google's authorization code.
  logging: { incomingRequests: { ignore: [/\/api\/auth\/callback/] } },
  // The Content-Security-Policy differs from request to request, and HSTS from site to site: src/proxy.ts.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
      ],
    },
  ],
};

export default config;
