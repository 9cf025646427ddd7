import { useMay } from '../../../api/queries.ts'
import classes from '../../../kit/kit.module.css'
import { MessageLog } from './message-log.tsx'
import { MessageSwitches } from './message-switches.tsx'
import { SenderForm } from './sender-form.tsx'
import { TemplateEditor } from './template-editor.tsx'

/** What customers are told: who sends it, what is sent, in which words, and what was sent lately. */
export function MessageSettings() {
  const may = useMay('messaging.manage')
  return (
    <div className={classes.formWide}>
      <SenderForm may={may} />
      <MessageSwitches may={may} />
      {may ? <TemplateEditor /> : null}
      <MessageLog />
    </div>
  )
}
