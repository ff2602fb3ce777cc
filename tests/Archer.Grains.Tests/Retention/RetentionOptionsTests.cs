using Archer.Grains.Retention;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Tests.Retention;

public sealed class RetentionOptionsTests
{
    [Fact]
    public void Defaults_KeepRealOnesForEver()
    {
        var options = Bind();

        Assert.Equal((TimeSpan.FromDays(1), null, TimeSpan.FromDays(30)), (options.Simulated, options.Real, options.Erased));
    }

    [Fact]
    public void EmptyAge_KeepsForEver()
    {
        var options = Bind(("Simulated", ""), ("Erased", ""), ("Real", "365.00:00:00"));

        Assert.Equal((null, TimeSpan.FromDays(365), null), (options.Simulated, options.Real, options.Erased));
        Assert.False(options.HasExpired(RetentionKind.Simulated, DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
    }

    [Fact]
    public void OutOfRange_EveryProblemIsTold()
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => Bind(("Simulated", "-00:00:01"), ("Real", "40000.00:00:00"), ("Erased", "00:59:00"), ("Period", "00:00:00"), ("MaxPerPass", "0")));

        Assert.Equal(5, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("Archer:Retention: ", failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void HasExpired_CountsFromTheEnd(int minutes, bool expected)
    {
        var options = new RetentionOptions { Real = TimeSpan.FromHours(1) };
        var end = DateTimeOffset.UnixEpoch;

        Assert.Equal(expected, options.HasExpired(RetentionKind.Real, end, end + TimeSpan.FromMinutes(minutes)));
    }

    private static RetentionOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>($"{RetentionOptions.Section}:{setting.Key}", setting.Value)))
            .Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddRetentionOptions().BuildServiceProvider();
        return services.GetRequiredService<IOptions<RetentionOptions>>().Value;
    }
}
