using Berth.Domain;
using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>
/// What earlier releases wrote: a folder a release beside today's golden files, never rewritten. A journal lives as long as
/// its owner wants, so every one of them must be read for ever.
/// </summary>
public sealed class AnOlderJournal
{
    public static TheoryData<string> Clusters => Releases("Clusters");

    public static TheoryData<string> Accounts => Releases("Accounts");

    public static TheoryData<string> LoadBalancing => Releases("LoadBalancing");

    [Theory, MemberData(nameof(Clusters))]
    public void Of_a_cluster_is_folded_and_written_anew(string release) =>
        Fold("Clusters", release, ClusterCatalog.Create(), () => new ClusterAggregate("000000000000", "us-east-1", "default", new()));

    [Theory, MemberData(nameof(Accounts))]
    public void Of_an_account_is_folded_and_written_anew(string release) =>
        Fold("Accounts", release, AccountCatalog.Create(), () => new AccountAggregate("000000000000", "us-east-1"));

    [Theory, MemberData(nameof(LoadBalancing))]
    public void Of_load_balancing_is_folded_and_written_anew(string release) =>
        Fold("LoadBalancing", release, new LoadBalancingCodec(), () => new LoadBalancingAggregate("000000000000", "us-east-1"));

    private static void Fold<TAggregate, TState, TEvent>(string kind, string release, IStreamCodec<TState, TEvent> codec, Func<TAggregate> create)
        where TAggregate : Aggregate<TState, TEvent>
        where TState : class
        where TEvent : class
    {
        var files = Directory.GetFiles(Path.Combine(Root(kind), release), "*.json").Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBeGreaterThan(5);
        var snapshot = File.ReadAllText(Path.Combine(Root(kind), release, "state.json")).TrimEnd();
        foreach (var file in files.Where(file => Path.GetFileName(file) != "state.json"))
        {
            // Reading gives a whole fact: written in today's form it is the same fact, with nothing that cannot be written.
            var fact = codec.Decode(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));
            var (type, payload) = codec.Encode(fact);
            codec.Encode(codec.Decode(type, payload)).ShouldBe((type, payload));

            // And it follows a snapshot of its day.
            var folded = create();
            folded.Restore(codec.DecodeText(snapshot));
            folded.Apply(fact);
            codec.EncodeText(codec.DecodeText(codec.EncodeText(folded.State))).ShouldBe(codec.EncodeText(folded.State));
        }

        // A snapshot is something to work on.
        var restored = create();
        restored.Restore(codec.DecodeText(snapshot));
        restored.Settle(new(new(2026, 3, 1, 12, 0, 1, TimeSpan.Zero), new RandomIdSource()));
        codec.EncodeText(codec.DecodeText(codec.EncodeText(restored.State))).ShouldBe(codec.EncodeText(restored.State));
    }

    private static TheoryData<string> Releases(string kind) => [.. Directory.GetDirectories(Root(kind)).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    private static string Root(string kind, [System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, kind, "Golden");
}
