import type { TableDeclaration } from '@branchline/client'
import { useSchema } from '@branchline/client/react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { formatNumber, words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { may } from './access.ts'
import { Filters } from './Filters.tsx'
import { activeFilters, type ListSearch } from './filters.ts'
import { RowList } from './RowList.tsx'
import { RowPanel } from './RowPanel.tsx'
import { TableMenu } from './TableMenu.tsx'
import styles from './TablePage.module.css'
import { useRows } from './useRows.ts'

const route = getRouteApi('/inside/back-office/$table')

export function TablePage() {
  const { table } = route.useParams()
  const schema = useSchema()
  const declaration = schema && Object.hasOwn(schema.tables, table) ? schema.tables[table] : undefined
  if (!schema)
    return (
      <div className={styles.wait}>
        <Skeleton rows={10} />
      </div>
    )
  if (!declaration)
    return (
      <Empty icon="search" title={t('backoffice.no_table', { table })} text={t('backoffice.no_table_hint')} />
    )
  return <Page key={table} table={table} declaration={declaration} />
}

/** List, filters and the open row all stand in the address: a reload or a sent link shows the same. */
function Page({ table, declaration }: { table: string; declaration: TableDeclaration }) {
  const { user } = useShop()
  const search: ListSearch = route.useSearch()
  const navigate = useNavigate()
  const open = search.row
  const { rows, loading } = useRows(table, declaration, search)
  const label = declaration.label ?? words(table)
  const filtered = activeFilters(declaration, search) > 0 || Boolean(search.q)

  const change = (patch: Record<string, string | undefined>, push = false) => {
    // From what the address says at that moment: a save that ends late must not take back what was typed meanwhile.
    const next = (before: Record<string, string | undefined>) =>
      Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value)) as Record<
        string,
        string
      >
    void navigate({ to: '/back-office/$table', params: { table }, search: next, replace: !push })
  }

  return (
    <div className={styles.page}>
      <TableMenu table={table} />
      <section className={styles.list} aria-label={label}>
        <div className={styles.tools}>
          <h2 className={styles.title}>
            {label} <span className={styles.count}>{formatNumber(rows.length)}</span>
          </h2>
          <SearchField
            label={t('backoffice.search')}
            value={search.q ?? ''}
            onChange={(q) => change({ q })}
          />
          {may(declaration, 'create', user.role) && (
            <Button variant="primary" size="lg" icon="plus" onClick={() => change({ row: 'new' }, true)}>
              {t('backoffice.add')}
            </Button>
          )}
        </div>
        <Filters declaration={declaration} search={search} onChange={change} />
        {loading && rows.length === 0 && (
          <div className={styles.wait}>
            <Skeleton rows={10} />
          </div>
        )}
        {!loading && rows.length === 0 && (
          <Empty
            icon={filtered ? 'search' : 'folder'}
            title={
              filtered ? t('backoffice.none_found') : t('backoffice.none', { table: label.toLowerCase() })
            }
            text={filtered ? t('backoffice.none_found_hint') : t('backoffice.none_hint')}
          />
        )}
        {rows.length > 0 && (
          <RowList
            table={table}
            declaration={declaration}
            rows={rows}
            sort={search.sort}
            open={open}
            onSort={(sort) => change({ sort })}
            onOpen={(id) => change({ row: id }, true)}
          />
        )}
      </section>
      {open && (
        <RowPanel
          key={open}
          table={table}
          declaration={declaration}
          id={open}
          onClose={() => change({ row: undefined })}
        />
      )}
    </div>
  )
}
