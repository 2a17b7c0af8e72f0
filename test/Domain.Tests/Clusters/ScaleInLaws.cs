using System.Collections.Immutable;
using CsCheck;

namespace Berth.Domain.Tests;

/// <summary>Goal: the order in which tasks go is that of the plain reading. Method: any tasks on any instances, beside comparing every task with every other.</summary>
public sealed class ScaleInLaws
{
    private static readonly Gen<(int Cpu, int Zone, int Rack)> Instances = Gen.Select(Gen.Int[400, 1_000], Gen.Int[0, 2], Gen.Int[0, 3]);
    private static readonly Gen<(int Instance, bool Runs, bool MayGo)> Tasks = Gen.Select(Gen.Int[0, 100], Gen.Bool, Gen.Int[0, 4].Select(chance => chance > 0));
    private static readonly ImmutableArray<PlacementStrategy> Strategies =
        [new("binpack", "MEMORY"), new("binpack", "cpu"), new("spread", "instanceId"), new("spread", "attribute:rack"), new("spread", "attribute:ecs.availability-zone"), new("random", null)];

    [Fact]
    public void Take_from_the_fullest_as_the_plain_reading_does() =>
        Gen.Select(Instances.Array[1, 8], Tasks.Array[1, 40], Gen.Int[0, Strategies.Length - 1].Array[0, 3], Gen.Int[0, 40]).Sample((instances, wanted, chosen, count) =>
        {
            var scene = new ClusterScene();
            var ids = instances.Select(instance => scene.Instance(cpu: 10_000, memory: 10_000 + instance.Cpu, zone: $"us-east-1{"abc"[instance.Zone]}")).ToList();
            scene.Do(new PutAttributesCommand([.. ids.Select((id, at) => new TargetAttributes(id, [new("rack", $"{instances[at].Rack}")]))]));
            var tasks = new List<EcsTask>();
            foreach (var (on, runs, _) in wanted)
            {
                var task = scene.Do(new StartTaskCommand(new() { Definition = ClusterScene.Web }, [ids[on % ids.Count]])).Tasks[0];
                if (runs)
                {
                    scene.Report(task, EcsTaskStatus.Running);
                }

                tasks.Add(scene.State.Tasks[task.Id]);
            }

            ImmutableArray<PlacementStrategy> strategies = [.. chosen.Select(at => Strategies[at])];
            var may = tasks.Where((_, at) => wanted[at].MayGo).ToList();

            ScaleIn.Choose(scene.Cluster, may, tasks, count, strategies).Select(task => task.Id)
                .ShouldBe(Plain(scene.Cluster, may, tasks, count, strategies).Select(task => task.Id));
        }, iter: 200);

    private static List<EcsTask> Plain(ClusterAggregate cluster, List<EcsTask> tasks, List<EcsTask> counted, int count, ImmutableArray<PlacementStrategy> strategies)
    {
        var left = tasks.OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
        if (count >= left.Count)
        {
            return count <= 0 ? [] : left;
        }

        ScaleInRule[] rules = [.. strategies.Select(strategy => ScaleInRule.Of(cluster, strategy, counted)).OfType<ScaleInRule>(), ScaleInRule.Zones(counted), ScaleInRule.Instances(counted)];
        var gone = new List<EcsTask>();
        while (gone.Count < count)
        {
            var next = left.OrderBy(task => task.LastStatus >= EcsTaskStatus.Running)
                .ThenBy(task => task, Comparer<EcsTask>.Create((a, b) => rules.Select(rule => rule.Rank(b).CompareTo(rule.Rank(a))).FirstOrDefault(order => order != 0)))
                .ThenBy(task => task.Id, StringComparer.Ordinal)
                .First();
            left.Remove(next);
            gone.Add(next);
            Array.ForEach(rules, rule => rule.Gone(next));
        }

        return gone;
    }
}
