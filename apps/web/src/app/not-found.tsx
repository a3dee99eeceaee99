import Link from 'next/link';
import type { ReactNode } from 'react';
import { Apology } from '../components/apology.tsx';

export default function NotFound(): ReactNode {
  return (
    <Apology title="There is no such page">
      <p>This sample has two: the home page, and one for administrators.</p>
      <p>
        <Link href="/">Go to the home page</Link>
      </p>
    </Apology>
  );
}
