import type { MergedMutation } from '@branchline/client'
import { useBranchline, useOutbox } from '@branchline/client/react'
import { useEffect, useRef } from 'react'
import { t } from '../i18n/index.ts'
import { useToast } from '../ui/Toast.tsx'
import { mergedLines } from './merged.ts'

/** Says once what the server refused and what gave way to newer values; the queue keeps saying it. */
export function useNotices(show: () => void): void {
  const { rejected, merged } = useOutbox()
  useRefusalToast(rejected.length, show)
  useMergedToast(merged, show)
}

function useRefusalToast(refused: number, show: () => void): void {
  const toast = useToast()
  const before = useRef(refused)
  useEffect(() => {
    if (refused > before.current) {
      toast({
        tone: 'bad',
        text: t('connection.refused_now'),
        action: { label: t('connection.show'), run: show },
      })
    }
    before.current = refused
  }, [refused, toast, show])
}

function useMergedToast(merged: readonly MergedMutation[], show: () => void): void {
  const client = useBranchline()
  const toast = useToast()
  const before = useRef(merged)
  useEffect(() => {
    const told = new Set(before.current)
    before.current = merged
    const lines = merged.filter((item) => !told.has(item)).flatMap((item) => mergedLines(item, client))
    const [first] = lines
    if (!first) return
    toast({
      tone: 'plain',
      text:
        lines.length === 1
          ? t('connection.merged_now', first)
          : t('connection.merged_several', { count: lines.length }),
      action: { label: t('connection.show'), run: show },
    })
  }, [client, merged, toast, show])
}
