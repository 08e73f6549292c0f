using Branchline.Client;
using Branchline.Rows;

if (args is not [var verb, var url, var email, var password, var file, var branchId] || !Guid.TryParse(branchId, out var branch))
{
    Console.Error.WriteLine("sell|delete|watch URL E-MAIL PASSWORD FILE BRANCH-ID");
    return 1;
}

await using var client = await BranchlineClient.ConnectAsync(
    new Uri(url), Credentials.Person(email, password), new ClientStore(file));

await (verb switch { "watch" => WatchAsync(), "delete" => DeleteAsync(), _ => SellAsync() });
return 0;

async Task SellAsync()
{
    var saleId = client.NewId();
    var saved = await client.MutateAsync(sell => sell
        .Insert(Tables.Sales, new Sale
        {
            Id = saleId,
            ReceiptNumber = sell.NextReceipt("B01-T7"),
            BranchId = branch,
            Subtotal = 1250,
            Total = 1250,
        })
        .Insert(Tables.SaleLines, new SaleLine
        {
            Id = client.NewId(),
            SaleId = saleId,
            BranchId = branch,
            Name = "Rice 5 kg",
            Quantity = 1,
            UnitPrice = 1250,
            Total = 1250,
        })
        .Insert(Tables.Transactions, new Transaction
        {
            Id = client.NewId(),
            SaleId = saleId,
            BranchId = branch,
            Kind = "payment",
            Amount = 1250,
        }));
    Console.WriteLine($"{saved.Receipts["B01-T7"]} is on this device's disk");

    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
    try
    {
        await client.Outbox.WhenSentAsync(patience.Token);
        Console.WriteLine("The node has everything");
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine($"{client.Outbox.Waiting} waiting, {client.State}");
    }

    foreach (var refused in await client.Outbox.TrayAsync())
    {
        Console.WriteLine($"{refused.Code}: {refused.Reason}");
    }
}

async Task DeleteAsync()
{
    foreach (var sale in await client.Table<Sale>(Tables.Sales).ListAsync())
    {
        try
        {
            await client.Table<Sale>(Tables.Sales).DeleteAsync(sale.Id);
        }
        catch (CheckException refused)
        {
            Console.WriteLine($"{refused.Message}. {refused.Remedy}");
        }
    }
}

async Task WatchAsync()
{
    await foreach (var change in client.Table<Sale>(Tables.Sales).ChangesAsync())
    {
        Console.WriteLine($"{change.Kind} {change.Row?.ReceiptNumber} {(change.IsPending ? "waiting" : "")}");
    }
}
