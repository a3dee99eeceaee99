import { getServerSession } from 'next-auth';
import { GoogleSessionProvider } from 'next-auth-google-bearer/react';
import type { ReactNode } from 'react';
import { authOptions } from '../auth';

/** The session and the environment are those of the request, not of the build. */
export const dynamic = 'force-dynamic';

export default async function RootLayout({ children }: { children: ReactNode }) {
  const session = await getServerSession(authOptions());
  return (
    <html lang="en">
      <body>
        <GoogleSessionProvider session={session} apiUrl={process.env.API_URL ?? ''}>
          {children}
        </GoogleSessionProvider>
      </body>
    </html>
  );
}
