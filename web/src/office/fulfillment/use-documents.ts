export { useDownload } from '../../kit/use-download.ts'
