import type { Metadata, Viewport } from 'next';
import { getServerSession } from 'next-auth';
import { GoogleSessionProvider } from 'next-auth-google-bearer/react';
import type { ReactNode } from 'react';
import { authOptions } from '../auth.ts';
import { SiteFrame } from '../components/site-frame.tsx';
import { apiUrl, emulatorUrl } from '../env.ts';
import './globals.css';

/** Every page shows who is signed in. And the environment is that of the server that runs, not of the one that built. */
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: 'google-bearer, the sample client',
  description: 'Signs you in with Google and sends your access token to an API that judges it on every call.',
};

export const viewport: Viewport = { colorScheme: 'light dark' };

/** The session comes with the page, so that nothing flickers; from then on the provider keeps it fresh. */
export default async function RootLayout({ children }: { readonly children: ReactNode }): Promise<ReactNode> {
  const session = await getServerSession(authOptions());
  return (
    <html lang="en">
      <body>
        <GoogleSessionProvider session={session} apiUrl={apiUrl()}>
          <SiteFrame places={{ apiUrl: apiUrl(), emulatorUrl: emulatorUrl() }}>{children}</SiteFrame>
        </GoogleSessionProvider>
      </body>
    </html>
  );
}
