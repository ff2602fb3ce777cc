using System.Globalization;

namespace Archer.Testing.Crashes;

/// <summary>The victim of crash tests: writes for ever and prints the number of each write once it is acknowledged.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var place, var first, var writers])
        {
            await Console.Error.WriteLineAsync("Expected: place, first number, number of concurrent writers.");
            return 2;
        }

        await using var victim = new SqliteVictim(place);
        var next = int.Parse(first, CultureInfo.InvariantCulture) - 1;
        await Task.WhenAll(Enumerable.Range(0, int.Parse(writers, CultureInfo.InvariantCulture)).Select(async _ =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                await victim.WriteAsync(number);
                var line = number.ToString(CultureInfo.InvariantCulture) + "\n";
                lock (victim)
                {
                    Console.Out.Write(line);
                    Console.Out.Flush();
                }
            }
        }));
        return 0;
    }
}
