/** Where the node is and which app is meant: what a snippet needs to run. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  readonly appId: string
  readonly key: string
}

export const languages = ['pusher-js', 'Laravel', 'React', 'C#', 'Dart'] as const

export type Language = (typeof languages)[number]

/** A client of one app in one language, ready to run. */
export function snippet(language: Language, place: Place): string {
  switch (language) {
    case 'pusher-js':
      return pusherJs(place)
    case 'Laravel':
      return laravel(place)
    case 'React':
      return react(place)
    case 'C#':
      return csharp(place)
    case 'Dart':
      return dart(place)
  }
}

/** The place this page was loaded from. */
export function placeOf(url: URL, app: { readonly id: string; readonly key: string }): Place {
  const isSecure = url.protocol === 'https:'
  return {
    host: url.hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    isSecure,
    appId: app.id,
    key: app.key,
  }
}

export function envOf({ host, port, isSecure, appId, key }: Place, secret = ''): string {
  return `BROADCAST_CONNECTION=pusher
PUSHER_APP_ID=${appId}
PUSHER_APP_KEY=${key}
PUSHER_APP_SECRET=${secret}
PUSHER_HOST=${host}
PUSHER_PORT=${port}
PUSHER_SCHEME=${isSecure ? 'https' : 'http'}
PUSHER_APP_CLUSTER=mt1

VITE_PUSHER_APP_KEY="\${PUSHER_APP_KEY}"
VITE_PUSHER_HOST="\${PUSHER_HOST}"
VITE_PUSHER_PORT="\${PUSHER_PORT}"
VITE_PUSHER_SCHEME="\${PUSHER_SCHEME}"
VITE_PUSHER_APP_CLUSTER="\${PUSHER_APP_CLUSTER}"
`
}

const web = ({ host, port, isSecure }: Place) => `${isSecure ? 'https' : 'http'}://${host}:${port}`

function pusherJs(place: Place): string {
  return `// npm install pusher-js
import Pusher from 'pusher-js'

const pusher = new Pusher('${place.key}', {
  cluster: 'mt1',
  wsHost: '${place.host}',
  wsPort: ${place.port},
  wssPort: ${place.port},
  forceTLS: ${place.isSecure},
  enabledTransports: ['ws', 'wss'],
  channelAuthorization: { transport: 'ajax', endpoint: '${web(place)}/broadcasting/auth' },
})

pusher.subscribe('orders').bind('order.status.changed', (order) => console.log(order))
`
}

function laravel(place: Place): string {
  return `# .env
${envOf(place)}
# config/broadcasting.php, under 'connections'
'pusher' => [
    'driver' => 'pusher',
    'key' => env('PUSHER_APP_KEY'),
    'secret' => env('PUSHER_APP_SECRET'),
    'app_id' => env('PUSHER_APP_ID'),
    'options' => [
        'host' => env('PUSHER_HOST'),
        'port' => env('PUSHER_PORT'),
        'scheme' => env('PUSHER_SCHEME'),
        'useTLS' => env('PUSHER_SCHEME') === 'https',
    ],
],
`
}

function react(place: Place): string {
  return `// npm install @branchline/client
import { createBranchline } from '@branchline/client'
import { BranchlineProvider, useRealtimeOrders } from '@branchline/client/react'

const client = createBranchline({ url: '${web(place)}' })
void client.start()

export const App = () => (
  <BranchlineProvider client={client}>
    <Orders />
  </BranchlineProvider>
)

function Orders() {
  const { orders, move } = useRealtimeOrders({ status: ['for_release'] })
  return orders.map((order) => (
    <button key={order.id} onClick={() => move(order.id, 'released')}>
      {String(order.number)}
    </button>
  ))
}
`
}

function csharp(place: Place): string {
  return `// dotnet add package PusherClient
using PusherClient;

var pusher = new Pusher("${place.key}", new PusherOptions
{
    Host = "${place.host}:${place.port}",
    Encrypted = ${place.isSecure},
});
await pusher.ConnectAsync();
var channel = await pusher.SubscribeAsync("orders");
channel.Bind("order.status.changed", (PusherEvent message) => Console.WriteLine(message.Data));
Console.ReadLine();
`
}

function dart(place: Place): string {
  return `// dart pub add web_socket_channel
import 'dart:convert';
import 'package:web_socket_channel/web_socket_channel.dart';

void main() {
  final socket = WebSocketChannel.connect(Uri.parse(
      '${place.isSecure ? 'wss' : 'ws'}://${place.host}:${place.port}/app/${place.key}?protocol=7&client=dart&version=1'));
  socket.stream.listen((text) {
    final message = jsonDecode(text as String);
    switch (message['event']) {
      case 'pusher:connection_established':
        socket.sink.add(jsonEncode({'event': 'pusher:subscribe', 'data': {'channel': 'orders'}}));
      case 'pusher:ping':
        socket.sink.add(jsonEncode({'event': 'pusher:pong', 'data': {}}));
      default:
        print('\${message['event']}: \${message['data']}');
    }
  });
}
`
}
