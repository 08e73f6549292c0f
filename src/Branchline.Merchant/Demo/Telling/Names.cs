namespace Branchline.Merchant.Demo.Telling;

/// <summary>People who do not exist. Numbers are of a range kept free for stories, addresses of the domain example.com.</summary>
internal static class Names
{
    private static readonly string[] First =
    [
        "Anna", "Ben", "Chiara", "David", "Elif", "Felix", "Grace", "Hugo", "Ida", "Jakob", "Katja", "Leon", "Mina", "Noah", "Olga", "Paul",
        "Rosa", "Samir", "Tilda", "Umut", "Vera", "Willem", "Yara", "Zoe", "Amara", "Bruno", "Carla", "Dario", "Emma", "Finn",
    ];

    private static readonly string[] Last =
    [
        "Abel", "Berg", "Costa", "Dietrich", "Eriksen", "Fischer", "Garcia", "Hansen", "Ivanov", "Jung", "Keller", "Larsen", "Moreau",
        "Neumann", "Olsen", "Pereira", "Quist", "Rossi", "Schmidt", "Tanaka", "Ulrich", "Vogel", "Weber", "Yilmaz", "Zimmer",
    ];

    public static string Of(int number) => $"{First[number % First.Length]} {Last[(number * 7 + number / First.Length) % Last.Length]}";

    public static string Phone(int number) => $"030 23125 {300 + number % 700}";

    public static string Mail(int number) => Of(number).ToLowerInvariant().Replace(' ', '.') + "@example.com";
}
