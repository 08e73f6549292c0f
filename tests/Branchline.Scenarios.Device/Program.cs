using Branchline.Client;
using Branchline.Protocol;
using Branchline.Scenarios.Device;

if (args is not [var url, var email, var password, var file, var journalFile, var clockName, var series, var branch, .. { Length: > 0 } products])
{
    Console.Error.WriteLine("URL E-MAIL PASSWORD FILE JOURNAL right|jumping|HOURS-OFF SERIES BRANCH-ID PRODUCT-ID...");
    return 1;
}

// Short pauses: the scenarios wait for this program to notice what was done to it.
var clock = WrongClock.Of(clockName);
var options = new ClientOptions
{
    Time = clock,
    FirstPause = TimeSpan.FromMilliseconds(50),
    LongestPause = TimeSpan.FromMilliseconds(400),
    PollEvery = TimeSpan.FromMilliseconds(200),
    PingEvery = TimeSpan.FromMilliseconds(400),
    AnswerWithin = TimeSpan.FromMilliseconds(800),
    RequestWithin = TimeSpan.FromSeconds(3),
    Failed = failure => Console.WriteLine($"failed {failure.GetType().Name}: {failure.Message}"),
};
using var journal = new TillBook(journalFile);
await using var client = await BranchlineClient.ConnectAsync(new Uri(url), Credentials.Person(email, password), new ClientStore(file), options);
await using var till = new SellingTill(client, journal, clock, new Goods(series, branch, products));
Console.WriteLine("open");

// What it is told stands on its input; when that ends, whoever started it is gone.
while (await Console.In.ReadLineAsync() is { } line)
{
    switch (line.Split(' '))
    {
        case ["sell"]:
            till.Open();
            break;
        case ["settle", var word]:
            await till.SettleAsync();
            Console.WriteLine($"settled {word}");
            break;
        case ["price", var product, var price]:
            await client.MutateAsync(draft => draft.Update("products", Guid.Parse(product), ("price", FieldValue.Of(long.Parse(price)))));
            Console.WriteLine($"priced {price}");
            break;
        default:
            Console.Error.WriteLine($"What is {line}?");
            return 1;
    }
}

return 0;
