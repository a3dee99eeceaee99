import Link from 'next/link';
import type { ReactNode } from 'react';
import { Apology } from '../components/apology.tsx';

export default function NotFound(): ReactNode {
  return (
    <Apology title="There is no such page">
      <p>This sample has only one.</p>
      <p>
        <Link href="/">Go to it</Link>
      </p>
    </Apology>
  );
}
