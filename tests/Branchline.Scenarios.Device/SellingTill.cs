using System.Collections.Concurrent;
using Branchline.Client;
using Branchline.Protocol;

namespace Branchline.Scenarios.Device;

/// <summary>
/// Sells while it is open: each sale is one mutation of the sale, its lines, its payment and what left the shelf. The journal hears of it
/// when it is on this device's disk (<c>saved</c>), or was not saved (<c>refused</c>), and when the node has answered (<c>sent</c>).
/// </summary>
internal sealed class SellingTill : IAsyncDisposable
{
    private const int MostLines = 3;
    private const int MostPauseMilliseconds = 120;
    private const int SalesBetweenJumps = 10;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly BranchlineClient _client;
    private readonly TillBook _journal;
    private readonly WrongClock _clock;
    private readonly Goods _goods;
    private readonly Random _random = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    // Held by whoever sells one, and while the till is closed.
    private readonly SemaphoreSlim _counter = new(0);

    // Mutations of which the journal does not say yet that the node has answered.
    private readonly ConcurrentDictionary<Guid, bool> _unsent;
    private bool _isOpen;

    public SellingTill(BranchlineClient client, TillBook journal, WrongClock clock, Goods goods)
    {
        (_client, _journal, _clock, _goods) = (client, journal, clock, goods);
        _unsent = new(client.Outbox.WaitingMutations().Select(mutation => KeyValuePair.Create(mutation.Id, true)));
        _work = Task.WhenAll(SellAsync(_stop.Token), WatchAsync(_stop.Token));
        _ = _work.ContinueWith(EndOnFailure, TaskScheduler.Default);
    }

    public void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _counter.Release();
        }
    }

    /// <summary>Closes; done when the node has answered for everything and all that it had was read.</summary>
    public async Task SettleAsync()
    {
        if (_isOpen)
        {
            await _counter.WaitAsync();
            _isOpen = false;
        }

        do
        {
            await _client.Outbox.WhenSentAsync();
            await Task.Delay(Moment, TimeProvider.System);
        }
        while (!await _client.SyncAsync());
        NoteSent();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _counter.Dispose();
    }

    private async Task SellAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _counter.WaitAsync(cancellationToken);
            try
            {
                await SellOneAsync();
            }
            finally
            {
                _counter.Release();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(MostPauseMilliseconds)), TimeProvider.System, cancellationToken);
        }
    }

    private async Task SellOneAsync()
    {
        if (_random.Next(SalesBetweenJumps) == 0)
        {
            _clock.Jump();
        }

        var (sale, lines) = (_client.NewId(), _random.Next(1, MostLines + 1));
        try
        {
            var saved = await _client.MutateAsync(draft => Write(draft, sale, lines));
            _journal.Write($"saved {sale} {saved.Id} {saved.Receipts[_goods.Series]} {lines}");
            _unsent[saved.Id] = true;
        }
        catch (StoreUnavailableException full)
        {
            _journal.Write($"refused {sale}");
            Console.WriteLine($"refused {full.Code}: {full.Message}");
        }
    }

    private void Write(MutationDraft draft, Guid sale, int lines)
    {
        const int Price = 1000;
        var branch = ("branch_id", FieldValue.Of(_goods.Branch));
        var ofSale = ("sale_id", FieldValue.Of(sale.ToString()));
        var total = FieldValue.Of(Price * lines);
        draft.Insert(
            "sales", sale, ("receipt_number", FieldValue.Of(draft.NextReceipt(_goods.Series))), branch, ("subtotal", total), ("total", total));
        for (var line = 0; line < lines; line++)
        {
            var product = ("product_id", FieldValue.Of(_goods.Products[_random.Next(_goods.Products.Count)]));
            draft.Insert(
                "sale_lines", _client.NewId(), ofSale, branch, product, ("name", FieldValue.Of("Rice")), ("quantity", FieldValue.Of(1)),
                ("unit_price", FieldValue.Of(Price)), ("total", FieldValue.Of(Price)));
            draft.Insert(
                "inventory_adjustments", _client.NewId(), ofSale, branch, product, ("kind", FieldValue.Of("sale")), ("quantity", FieldValue.Of(-1)));
        }

        draft.Insert("transactions", _client.NewId(), ofSale, branch, ("kind", FieldValue.Of("payment")), ("amount", total));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _client.Outbox.SummariesAsync(cancellationToken))
        {
            NoteSent();
        }
    }

    /// <summary>What is saved and waits no longer was answered for.</summary>
    private void NoteSent()
    {
        var saved = _unsent.Keys;
        var waiting = _client.Outbox.WaitingMutations().Select(mutation => mutation.Id).ToHashSet();
        foreach (var id in saved.Where(id => !waiting.Contains(id) && _unsent.TryRemove(id, out bool _)))
        {
            _journal.Write($"sent {id}");
        }
    }

    // A till that sells no more must not look like one that has nothing to sell.
    private void EndOnFailure(Task work)
    {
        if (work.Exception is { } failure)
        {
            Console.Error.WriteLine(failure);
            Environment.Exit(1);
        }
    }
}
