import { useBranchline, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { titleOf } from '../shop/titles.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './RefBox.module.css'

interface RefBoxProps {
  readonly label: string
  readonly table: string
  readonly value: string | null
  readonly onChange: (id: string | null) => void
  readonly error?: string | undefined
  readonly required?: boolean
  readonly disabled?: boolean
  /** In a row of filters: the label is inside. */
  readonly compact?: boolean
}

const shown = 40

/** Finds a row of another table by what it is called. */
export function RefBox({ label, table, value, onChange, error, required, disabled, compact }: RefBoxProps) {
  const client = useBranchline()
  const chosen = value ? titleOf(client, table, client.row(table, value)) : ''
  const [typed, setTyped] = useState<string | null>(null)
  const search = typed ?? ''
  const title = client.schema?.tables[table]?.title
  const { rows } = useTable(
    table,
    useMemo(() => ({ search, limit: shown, ...(title ? { sort: title } : {}) }), [search, title]),
  )
  const items = rows.map((row) => ({ id: row.id, name: titleOf(client, table, row) }))

  return (
    <ComboBox
      className={cx(styles.box, compact && styles.compact)}
      {...(compact ? { 'aria-label': label } : {})}
      items={items}
      inputValue={typed ?? chosen}
      selectedKey={value}
      isDisabled={disabled ?? false}
      isInvalid={Boolean(error)}
      isRequired={required ?? false}
      menuTrigger="focus"
      allowsEmptyCollection
      onInputChange={(text) => {
        setTyped(text)
        if (text === '') onChange(null)
      }}
      onSelectionChange={(key) => {
        if (key !== null) onChange(String(key))
        setTyped(null)
      }}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(null)
      }}
      onBlur={() => setTyped(null)}
    >
      {!compact && (
        <Label className={styles.label}>
          {label}
          {required && <span className={styles.required}>*</span>}
        </Label>
      )}
      <div className={styles.frame}>
        <Input
          className={cx(styles.input, compact && value && styles.on)}
          placeholder={compact ? t('backoffice.any', { field: label }) : ''}
        />
        <Button className={cx(styles.button)} aria-label={label}>
          <Icon name="down" size={16} />
        </Button>
      </div>
      {!compact && (
        <p className={styles.error} role={error ? 'alert' : undefined}>
          {error}
        </p>
      )}
      <Popover className={cx(styles.popover)} offset={4}>
        <ListBox
          className={cx(styles.list)}
          renderEmptyState={() => <p className={styles.empty}>{t('backoffice.none_found')}</p>}
        >
          {(item: { id: string; name: string }) => (
            <ListBoxItem id={item.id} textValue={item.name} className={cx(styles.item)}>
              {item.name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
