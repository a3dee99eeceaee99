'use client';

import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { OneAtATime } from '../../calls/use-one-at-a-time.ts';
import { ActionResult } from '../action.tsx';
import { Button } from '../button.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { Panel } from '../panel.tsx';
import type { Result } from '../result.ts';
import { useAction } from '../use-action.ts';
import { CHOICES, type Choice, type Order, orderOf } from './order.ts';
import styles from './order-form.module.css';

/** The API checks the same. */
const SUBJECT = '[!-~]{1,255}';

/** Revokes, blocks and lifts blocks: with a reason, and not without a question. */
export function OrderForm(props: {
  readonly tasks: OneAtATime;
  /** Whose page it is. */
  readonly ownSubject: string | undefined;
  readonly carryOut: (order: Order) => Promise<Result>;
}): ReactNode {
  const { tasks, ownSubject, carryOut } = props;
  const [choice, setChoice] = useState<Choice>('subject');
  const [subject, setSubject] = useState('');
  const [reason, setReason] = useState('');
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const { name, question, text, ownText, yes } = CHOICES[choice];
  const whom = subject.trim();
  const action = useAction(tasks, 'order', async () => {
    const result = await carryOut(orderOf(choice, whom, reason.trim()));
    if (result.tone === 'good') setReason('');
    return result;
  });

  function choose(next: Choice): void {
    setChoice(next);
    // It was about the choice before.
    action.forget();
  }

  /** The browser has found that nothing is missing. */
  function ask(event: FormEvent): void {
    event.preventDefault();
    dialog.current?.showModal();
  }

  return (
    <Panel title="Revoke" source="components/admin/order-form.tsx">
      <form className={styles.form} onSubmit={ask}>
        <fieldset className={styles.choices}>
          <legend>What</legend>
          {choices().map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="choice" checked={choice === value} onChange={() => choose(value)} />
              {words.name}
            </label>
          ))}
        </fieldset>
        {choice !== 'everyone' && (
          <div className={styles.field}>
            <label htmlFor={`${id}-subject`}>Whom: the user’s id at Google (sub)</label>
            <input
              id={`${id}-subject`}
              value={subject}
              onChange={({ target }) => setSubject(target.value)}
              pattern={SUBJECT}
              required
              autoComplete="off"
              spellCheck={false}
            />
          </div>
        )}
        <div className={styles.field}>
          <label htmlFor={`${id}-reason`}>Why, without a name, an address or a token</label>
          <input
            id={`${id}-reason`}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            maxLength={200}
            required
            autoComplete="off"
          />
        </div>
        <div>
          <Button
            type="submit"
            kind={choice === 'unblock' ? 'plain' : 'danger'}
            busy={action.busy}
            waits={action.waits}
          >
            {name}
          </Button>
        </div>
      </form>
      <ActionResult result={action.result} />
      <ConfirmDialog
        dialog={dialog}
        title={question(whom)}
        text={ownText !== undefined && whom === ownSubject ? `${text} ${ownText}` : text}
        yes={yes}
        no="No"
        onYes={action.start}
      />
    </Panel>
  );
}

function choices(): readonly (readonly [Choice, (typeof CHOICES)[Choice]])[] {
  const names: readonly Choice[] = ['subject', 'block', 'unblock', 'everyone'];
  return names.map((name) => [name, CHOICES[name]]);
}
