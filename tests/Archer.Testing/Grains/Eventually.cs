using System.Diagnostics;

namespace Archer.Testing.Grains;

/// <summary>Waits for a condition with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    /// <summary>Completes when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within 20 seconds.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string expected)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Deadline)
            {
                throw new TimeoutException($"Not within {Deadline}: {expected}.");
            }

            await Task.Delay(Pace);
        }
    }

    /// <summary>Completes when the condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string expected) => TrueAsync(() => Task.FromResult(condition()), expected);
}
