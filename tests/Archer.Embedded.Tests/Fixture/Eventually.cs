using System.Diagnostics;

namespace Archer.Embedded.Tests.Fixture;

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task True(Func<Task<bool>> condition, string expected)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"Not within {Deadline}: {expected}");
            await Task.Delay(5);
        }
    }

    public static Task True(Func<bool> condition, string expected) => True(() => Task.FromResult(condition()), expected);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Deadline);

    public static Task InTime(this Task task) => task.WaitAsync(Deadline);
}
