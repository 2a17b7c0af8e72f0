using System.Runtime.CompilerServices;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>What must hold for the facts of every kind of stream: what was once written is read for ever.</summary>
/// <param name="codec">Writes and reads them.</param>
/// <param name="create">Makes the aggregate of a stream without any fact.</param>
/// <param name="here">The file of the tests, beside which the golden files lie.</param>
/// <remarks><c>BERTH_REWRITE_GOLDEN=1</c> writes the files anew; a diff of them shows what a change does to the journal.</remarks>
public abstract class StreamFacts<TAggregate, TState, TEvent>(IStreamCodec<TState, TEvent> codec, Func<TAggregate> create, [CallerFilePath] string here = "")
    where TAggregate : Aggregate<TState, TEvent>
    where TState : class
    where TEvent : class
{
    [Fact]
    public void Are_written_and_read_as_their_golden_files_say()
    {
        foreach (var (type, payload) in Examples().Select(codec.Encode))
        {
            var golden = Golden($"{type}.json", payload);

            payload.ShouldBe(golden, type);
            codec.Encode(codec.Decode(type, golden)).ShouldBe((type, golden));
        }
    }

    [Fact]
    public void All_have_an_example() =>
        Examples().Select(fact => fact.GetType()).ShouldBe(
            typeof(TEvent).GetNestedTypes().Where(type => type.IsAssignableTo(typeof(TEvent))), ignoreOrder: true);

    [Fact]
    public void Lead_to_a_state_that_reads_back_the_same()
    {
        var aggregate = create();
        foreach (var fact in Examples().Where(fact => !TakesAway(fact)))
        {
            aggregate.Apply(fact);
        }

        var text = codec.EncodeText(aggregate.State);

        text.ShouldBe(Golden("state.json", text));
        codec.EncodeText(codec.DecodeText(text)).ShouldBe(text);
        var restored = create();
        restored.Restore(codec.DecodeText(text));
        codec.EncodeText(restored.State).ShouldBe(text);
        restored.NextDeadline.ShouldBe(aggregate.NextDeadline);
        CheckDerived(aggregate, restored);
    }

    /// <summary>One of each kind, in an order in which they can happen.</summary>
    protected abstract IEnumerable<TEvent> Examples();

    /// <summary>Whether it would leave less in the state to read back.</summary>
    protected abstract bool TakesAway(TEvent fact);

    /// <summary>Looks at what is derived from the state when it is read back.</summary>
    protected virtual void CheckDerived(TAggregate original, TAggregate restored)
    {
    }

    private string Golden(string name, string actual)
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);    // A file has a folder.
        if (Environment.GetEnvironmentVariable("BERTH_REWRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        return File.ReadAllText(path).TrimEnd('\n');
    }
}
