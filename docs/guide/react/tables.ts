// Written by `branchline types --typescript` from schema 77f4c0b19a210d21; write it anew when the schema changes.

/** A row of `appointments`: Appointments. */
export interface Appointment {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Title. */
  readonly title: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Client name. */
  readonly client_name: string | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string
  /** Time. */
  readonly time: string | null
  /** Minutes. */
  readonly minutes: number | null
  /** Staff id. */
  readonly staff_id: string | null
  /** Staff name. */
  readonly staff_name: string | null
  /** Status. */
  readonly status: 'scheduled' | 'confirmed' | 'completed' | 'cancelled' | 'no_show' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `branches`: Branches. */
export interface Branch {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Code. */
  readonly code: string
  /** Address. */
  readonly address: string | null
  /** City. */
  readonly city: string | null
  /** Phone. */
  readonly phone: string | null
  /** Email. */
  readonly email: string | null
  /** Currency. */
  readonly currency: string | null
  /** Time zone. */
  readonly timezone: string | null
  /** Receipt header. */
  readonly receipt_header: string | null
  /** Receipt footer. */
  readonly receipt_footer: string | null
  /** Opening hours. */
  readonly opening_hours: unknown | null
  /** Status. */
  readonly status: 'active' | 'closed' | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `campaigns`: Campaigns. */
export interface Campaign {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string | null
  /** Medium. */
  readonly medium: 'in_store' | 'email' | 'sms' | 'social' | 'print' | null
  /** Message. */
  readonly message: string | null
  /** Starts on. A day: `2026-11-21`. */
  readonly starts_on: string | null
  /** Ends on. A day: `2026-11-21`. */
  readonly ends_on: string | null
  /** Discount %. */
  readonly discount: number | null
  /** Budget. In the smallest unit of the currency. */
  readonly budget: number | null
  /** Reached. */
  readonly reached: number | null
  /** Status. */
  readonly status: 'draft' | 'planned' | 'running' | 'paused' | 'finished' | 'cancelled' | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `cash_sessions`: Cash sessions. */
export interface CashSession {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Till. The id of a row of `tills`. */
  readonly till_id: string
  /** Cashier id. */
  readonly cashier_id: string
  /** Cashier name. */
  readonly cashier_name: string | null
  /** Opened at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly opened_at: string | null
  /** Closed at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly closed_at: string | null
  /** Opening float. In the smallest unit of the currency. */
  readonly opening_float: number | null
  /** Cash taken. In the smallest unit of the currency. */
  readonly cash: number | null
  /** Counted. In the smallest unit of the currency. */
  readonly counted: number | null
  /** Coins. */
  readonly coins: unknown | null
  /** Status. */
  readonly status: 'open' | 'closed' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `categories`: Categories. */
export interface Category {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Color. */
  readonly color: string | null
  /** Icon. */
  readonly icon: string | null
  /** Position. */
  readonly position: number | null
  /** Part of. The id of a row of `categories`. */
  readonly parent_id: string | null
  /** Status. */
  readonly status: 'active' | 'archived' | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `clients`: Clients. */
export interface Client {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Phone. */
  readonly phone: string | null
  /** Email. */
  readonly email: string | null
  /** Address. */
  readonly address: string | null
  /** City. */
  readonly city: string | null
  /** Tax number. */
  readonly tax_number: string | null
  /** Birthday. A day: `2026-11-21`. */
  readonly birthday: string | null
  /** Since. A day: `2026-11-21`. */
  readonly since: string | null
  /** Last visit on. A day: `2026-11-21`. */
  readonly last_visit_on: string | null
  /** Credit limit. In the smallest unit of the currency. */
  readonly credit_limit: number | null
  /** May be contacted. */
  readonly consent: boolean | null
  /** Tags. */
  readonly tags: unknown | null
  /** Status. */
  readonly status: 'active' | 'inactive' | 'blocked' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `comments`: Comments. */
export interface Comment {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Subject table. */
  readonly subject_table: string
  /** Subject id. */
  readonly subject_id: string
  /** Author id. */
  readonly author_id: string | null
  /** Author name. */
  readonly author_name: string | null
  /** Body. */
  readonly body: string
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `distributors`: Distributors. */
export interface Distributor {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Contact. */
  readonly contact: string | null
  /** Phone. */
  readonly phone: string | null
  /** Email. */
  readonly email: string | null
  /** Address. */
  readonly address: string | null
  /** Tax number. */
  readonly tax_number: string | null
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string | null
  /** Agreement. */
  readonly agreement_data: unknown | null
  /** Status. */
  readonly status: 'active' | 'paused' | 'ended' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `estimates`: Estimates. */
export interface Estimate {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Number. */
  readonly number: string | null
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Client name. */
  readonly client_name: string | null
  /** Lines. */
  readonly lines: unknown | null
  /** Subtotal. In the smallest unit of the currency. */
  readonly subtotal: number | null
  /** Discount. In the smallest unit of the currency. */
  readonly discount: number | null
  /** Total. In the smallest unit of the currency. */
  readonly total: number | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string | null
  /** Valid until. A day: `2026-11-21`. */
  readonly valid_until: string | null
  /** Cashier name. */
  readonly cashier_name: string | null
  /** Status. */
  readonly status: 'draft' | 'sent' | 'accepted' | 'declined' | 'expired' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `finance_cash_requests`: Cash requests. */
export interface FinanceCashRequest {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Purpose. */
  readonly purpose: string
  /** Amount. In the smallest unit of the currency. */
  readonly amount: number
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Category. */
  readonly category: 'petty_cash' | 'supplies' | 'repairs' | 'transport' | 'refund_float' | 'other' | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string | null
  /** Needed on. A day: `2026-11-21`. */
  readonly needed_on: string | null
  /** Requested by. */
  readonly requested_by: string | null
  /** Decided by. */
  readonly decided_by: string | null
  /** Decided at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly decided_at: string | null
  /** Status. */
  readonly status: 'requested' | 'approved' | 'rejected' | 'paid' | 'cancelled' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `inventories`: Inventory. */
export interface Inventory {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Product. The id of a row of `products`. */
  readonly product_id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** On hand. */
  readonly quantity: number | null
  /** Low at. */
  readonly low_stock_at: number | null
  /** Shelf. */
  readonly shelf: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `inventory_adjustments`: Stock movements. */
export interface InventoryAdjustment {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Product. The id of a row of `products`. */
  readonly product_id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Kind. */
  readonly kind: 'in' | 'out' | 'sale' | 'refund' | 'adjust' | 'transfer' | 'count'
  /** Quantity. */
  readonly quantity: number
  /** Reason. */
  readonly reason: string | null
  /** Unit cost. In the smallest unit of the currency. */
  readonly unit_cost: number | null
  /** When. A time: `2026-11-21T08:00:00.000Z`. */
  readonly at: string | null
  /** Sale. The id of a row of `sales`. */
  readonly sale_id: string | null
  /** Order. The id of a row of `orders`. */
  readonly order_id: string | null
  /** Stock request. The id of a row of `stock_requests`. */
  readonly request_id: string | null
  /** Transfer id. */
  readonly transfer_id: string | null
  /** User id. */
  readonly user_id: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `leave_requests`: Leave requests. */
export interface LeaveRequest {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Staff name. */
  readonly staff_name: string
  /** Staff id. */
  readonly staff_id: string | null
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Kind. */
  readonly kind: 'vacation' | 'sick' | 'family' | 'unpaid' | 'other' | null
  /** Starts on. A day: `2026-11-21`. */
  readonly starts_on: string
  /** Ends on. A day: `2026-11-21`. */
  readonly ends_on: string
  /** Asked on. A day: `2026-11-21`. */
  readonly date: string | null
  /** Reason. */
  readonly reason: string | null
  /** Decided by. */
  readonly decided_by: string | null
  /** Decided at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly decided_at: string | null
  /** Status. */
  readonly status: 'requested' | 'approved' | 'rejected' | 'cancelled' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `order_lines`: Order lines. */
export interface OrderLine {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Order. The id of a row of `orders`. */
  readonly order_id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Product. The id of a row of `products`. */
  readonly product_id: string | null
  /** Name. */
  readonly name: string
  /** Quantity. */
  readonly quantity: number
  /** Unit price. In the smallest unit of the currency. */
  readonly unit_price: number
  /** Discount. In the smallest unit of the currency. */
  readonly discount: number | null
  /** Total. In the smallest unit of the currency. */
  readonly total: number
  /** Position. */
  readonly position: number | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `orders`: Orders. */
export interface Order {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Number. */
  readonly number: string | null
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Client name. */
  readonly client_name: string | null
  /** Client phone. */
  readonly client_phone: string | null
  /** Total. In the smallest unit of the currency. */
  readonly total: number | null
  /** Paid. In the smallest unit of the currency. */
  readonly paid: number | null
  /** Status. */
  readonly status: 'draft' | 'awaiting_payment' | 'paid' | 'for_release' | 'released' | 'cancelled' | null
  /** Cashier id. */
  readonly cashier_id: string | null
  /** Cashier name. */
  readonly cashier_name: string | null
  /** Due at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly due_at: string | null
  /** Released at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly released_at: string | null
  /** Released by. */
  readonly released_by: string | null
  /** Estimate. The id of a row of `estimates`. */
  readonly estimate_id: string | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `products`: Products. */
export interface Product {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** SKU. */
  readonly sku: string | null
  /** Barcode. */
  readonly barcode: string | null
  /** Category. The id of a row of `categories`. */
  readonly category_id: string | null
  /** Description. */
  readonly description: string | null
  /** Brand. */
  readonly brand: string | null
  /** Unit. */
  readonly unit: 'piece' | 'pack' | 'bottle' | 'can' | 'box' | 'bag' | 'roll' | 'pair' | 'set' | null
  /** Price. In the smallest unit of the currency. */
  readonly price: number
  /** Cost. In the smallest unit of the currency. */
  readonly cost: number | null
  /** Tax %. */
  readonly tax_rate: number | null
  /** Stock is counted. */
  readonly tracked: boolean | null
  /** Low at. */
  readonly low_stock_at: number | null
  /** When out of stock. */
  readonly oversell: 'allow' | 'warn' | 'pin' | 'refuse' | null
  /** Distributor. The id of a row of `distributors`. */
  readonly distributor_id: string | null
  /** Tags. */
  readonly tags: unknown | null
  /** Image. */
  readonly image: string | null
  /** Status. */
  readonly status: 'active' | 'archived' | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `registrations`: Registrations. */
export interface Registration {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Number. */
  readonly number: string | null
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Client name. */
  readonly client_name: string
  /** Client phone. */
  readonly client_phone: string | null
  /** Kind. */
  readonly kind: 'membership' | 'warranty' | 'repair' | 'delivery' | 'other' | null
  /** Document. */
  readonly document: string | null
  /** Fee. In the smallest unit of the currency. */
  readonly fee: number | null
  /** Paid. In the smallest unit of the currency. */
  readonly paid: number | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string | null
  /** Status. */
  readonly status: 'new' | 'for_release' | 'released' | 'cancelled' | null
  /** Cashier name. */
  readonly cashier_name: string | null
  /** Released at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly released_at: string | null
  /** Released by. */
  readonly released_by: string | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `sale_lines`: Sale lines. */
export interface SaleLine {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Sale. The id of a row of `sales`. */
  readonly sale_id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Product. The id of a row of `products`. */
  readonly product_id: string | null
  /** Name. */
  readonly name: string
  /** Sku. */
  readonly sku: string | null
  /** Quantity. */
  readonly quantity: number
  /** Unit price. In the smallest unit of the currency. */
  readonly unit_price: number
  /** Discount. In the smallest unit of the currency. */
  readonly discount: number | null
  /** Tax %. */
  readonly tax_rate: number | null
  /** Total. In the smallest unit of the currency. */
  readonly total: number
  /** Cost. In the smallest unit of the currency. */
  readonly cost: number | null
  /** Position. */
  readonly position: number | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `sales`: Sales. */
export interface Sale {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Receipt number. */
  readonly receipt_number: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Till. The id of a row of `tills`. */
  readonly till_id: string | null
  /** Cash session. The id of a row of `cash_sessions`. */
  readonly cash_session_id: string | null
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Order. The id of a row of `orders`. */
  readonly order_id: string | null
  /** Cashier id. */
  readonly cashier_id: string | null
  /** Cashier name. */
  readonly cashier_name: string | null
  /** Sold at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly sold_at: string | null
  /** Subtotal. In the smallest unit of the currency. */
  readonly subtotal: number
  /** Discount. In the smallest unit of the currency. */
  readonly discount: number | null
  /** Tax. In the smallest unit of the currency. */
  readonly tax: number | null
  /** Total. In the smallest unit of the currency. */
  readonly total: number
  /** Paid. In the smallest unit of the currency. */
  readonly paid: number | null
  /** Status. */
  readonly status: 'paid' | 'refunded' | 'voided' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `stock_requests`: Stock requests. */
export interface StockRequest {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Number. */
  readonly number: string | null
  /** For branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** From branch. The id of a row of `branches`. */
  readonly from_branch_id: string | null
  /** Distributor. The id of a row of `distributors`. */
  readonly distributor_id: string | null
  /** Product. The id of a row of `products`. */
  readonly product_id: string | null
  /** Quantity. */
  readonly quantity: number | null
  /** Lines. */
  readonly lines: unknown | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string | null
  /** Needed on. A day: `2026-11-21`. */
  readonly needed_on: string | null
  /** Priority. */
  readonly priority: 'low' | 'normal' | 'urgent' | null
  /** Status. */
  readonly status: 'requested' | 'approved' | 'rejected' | 'ordered' | 'received' | 'cancelled' | null
  /** Requested by. */
  readonly requested_by: string | null
  /** Decided by. */
  readonly decided_by: string | null
  /** Decided at. A time: `2026-11-21T08:00:00.000Z`. */
  readonly decided_at: string | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `tills`: Tills. */
export interface Till {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Name. */
  readonly name: string
  /** Code. */
  readonly code: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Device id. */
  readonly device_id: string | null
  /** Last receipt. */
  readonly last_receipt: number | null
  /** Status. */
  readonly status: 'active' | 'retired' | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `transactions`: Transactions. */
export interface Transaction {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Kind. */
  readonly kind: 'payment' | 'refund' | 'cash_in' | 'cash_out' | 'expense' | 'correction'
  /** Method. */
  readonly method: 'cash' | 'card' | 'transfer' | 'wallet' | 'voucher' | 'account' | null
  /** Amount. In the smallest unit of the currency. */
  readonly amount: number
  /** Tendered. In the smallest unit of the currency. */
  readonly tendered: number | null
  /** Change. In the smallest unit of the currency. */
  readonly change: number | null
  /** When. A time: `2026-11-21T08:00:00.000Z`. */
  readonly at: string | null
  /** Sale. The id of a row of `sales`. */
  readonly sale_id: string | null
  /** Order. The id of a row of `orders`. */
  readonly order_id: string | null
  /** Registration. The id of a row of `registrations`. */
  readonly registration_id: string | null
  /** Cash request. The id of a row of `finance_cash_requests`. */
  readonly cash_request_id: string | null
  /** Cash session. The id of a row of `cash_sessions`. */
  readonly cash_session_id: string | null
  /** Till. The id of a row of `tills`. */
  readonly till_id: string | null
  /** User id. */
  readonly user_id: string | null
  /** Reference. */
  readonly reference: string | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

/** A row of `visits`: Visits. */
export interface Visit {
  /** The row's id, a UUIDv7 made by its writer. */
  readonly id: string
  /** Purpose. */
  readonly purpose: string
  /** Branch. The id of a row of `branches`. */
  readonly branch_id: string
  /** Client. The id of a row of `clients`. */
  readonly client_id: string | null
  /** Distributor. The id of a row of `distributors`. */
  readonly distributor_id: string | null
  /** Date. A day: `2026-11-21`. */
  readonly date: string | null
  /** Staff name. */
  readonly staff_name: string | null
  /** Outcome. */
  readonly outcome: string | null
  /** Follow up on. A day: `2026-11-21`. */
  readonly follow_up_on: string | null
  /** Status. */
  readonly status: 'planned' | 'done' | 'cancelled' | null
  /** Note. */
  readonly note: string | null
  /** When the row was made; kept by the node. */
  readonly created_at: string
  /** When the row was changed last; kept by the node. */
  readonly updated_at: string
}

declare module '@branchline/client' {
  interface Tables {
    readonly appointments: Appointment
    readonly branches: Branch
    readonly campaigns: Campaign
    readonly cash_sessions: CashSession
    readonly categories: Category
    readonly clients: Client
    readonly comments: Comment
    readonly distributors: Distributor
    readonly estimates: Estimate
    readonly finance_cash_requests: FinanceCashRequest
    readonly inventories: Inventory
    readonly inventory_adjustments: InventoryAdjustment
    readonly leave_requests: LeaveRequest
    readonly order_lines: OrderLine
    readonly orders: Order
    readonly products: Product
    readonly registrations: Registration
    readonly sale_lines: SaleLine
    readonly sales: Sale
    readonly stock_requests: StockRequest
    readonly tills: Till
    readonly transactions: Transaction
    readonly visits: Visit
  }

  interface References {
    readonly appointments: { readonly branch_id: 'branches'; readonly client_id: 'clients' }
    readonly campaigns: { readonly branch_id: 'branches' }
    readonly cash_sessions: { readonly branch_id: 'branches'; readonly till_id: 'tills' }
    readonly categories: { readonly parent_id: 'categories' }
    readonly clients: { readonly branch_id: 'branches' }
    readonly comments: { readonly branch_id: 'branches' }
    readonly distributors: { readonly branch_id: 'branches' }
    readonly estimates: { readonly branch_id: 'branches'; readonly client_id: 'clients' }
    readonly finance_cash_requests: { readonly branch_id: 'branches' }
    readonly inventories: { readonly product_id: 'products'; readonly branch_id: 'branches' }
    readonly inventory_adjustments: { readonly product_id: 'products'; readonly branch_id: 'branches'; readonly sale_id: 'sales'; readonly order_id: 'orders'; readonly request_id: 'stock_requests' }
    readonly leave_requests: { readonly branch_id: 'branches' }
    readonly order_lines: { readonly order_id: 'orders'; readonly branch_id: 'branches'; readonly product_id: 'products' }
    readonly orders: { readonly branch_id: 'branches'; readonly client_id: 'clients'; readonly estimate_id: 'estimates' }
    readonly products: { readonly category_id: 'categories'; readonly distributor_id: 'distributors' }
    readonly registrations: { readonly branch_id: 'branches'; readonly client_id: 'clients' }
    readonly sale_lines: { readonly sale_id: 'sales'; readonly branch_id: 'branches'; readonly product_id: 'products' }
    readonly sales: { readonly branch_id: 'branches'; readonly till_id: 'tills'; readonly cash_session_id: 'cash_sessions'; readonly client_id: 'clients'; readonly order_id: 'orders' }
    readonly stock_requests: { readonly branch_id: 'branches'; readonly from_branch_id: 'branches'; readonly distributor_id: 'distributors'; readonly product_id: 'products' }
    readonly tills: { readonly branch_id: 'branches' }
    readonly transactions: { readonly branch_id: 'branches'; readonly sale_id: 'sales'; readonly order_id: 'orders'; readonly registration_id: 'registrations'; readonly cash_request_id: 'finance_cash_requests'; readonly cash_session_id: 'cash_sessions'; readonly till_id: 'tills' }
    readonly visits: { readonly branch_id: 'branches'; readonly client_id: 'clients'; readonly distributor_id: 'distributors' }
  }
}
