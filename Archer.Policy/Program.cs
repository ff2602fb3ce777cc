namespace Archer.Policy;

internal static class Program
{
    private static int Main() => 0;
}
