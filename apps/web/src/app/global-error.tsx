'use client';

import type { ReactNode } from 'react';
import { Apology } from '../components/apology.tsx';
import { Button } from '../components/button.tsx';
import { SiteFrame } from '../components/site-frame.tsx';
import './globals.css';

/** Shown when not even the layout can be made, as with a variable missing: the log of this site names it. */
export default function GlobalError(): ReactNode {
  return (
    <html lang="en">
      <body>
        <title>This site cannot be shown: google-bearer</title>
        <link rel="icon" href="/icon.svg" />
        <SiteFrame>
          <Apology title="This site cannot be shown">
            <p>Something is wrong with its settings or its server. Whoever runs it finds the reason in its log.</p>
            <p>
              <Button onClick={() => window.location.reload()}>Try again</Button>
            </p>
          </Apology>
        </SiteFrame>
      </body>
    </html>
  );
}
