using System.Text.Json;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = AccountEvent;

public sealed class AccountFacts() : StreamFacts<AccountAggregate, AccountState, E>(AccountCatalog.Create(), () => new("000000000000", "us-east-1"))
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected override IEnumerable<E> Examples()
    {
        yield return new E.ClusterRegistered("default");
        yield return new E.TaskDefinitionRegistered(
            new TaskDefinition
            {
                Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7",
                Family = "web",
                Revision = 7,
                Document = JsonElement.Parse("""{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":128}],"volumes":[]}"""),
                NetworkMode = "bridge",
                CpuUnits = 256,
                MemoryMiB = 512,
                Containers =
                [
                    new ContainerDefinition
                    {
                        Name = "app",
                        Image = "nginx",
                        CpuUnits = 10,
                        MemoryMiB = 128,
                        MemoryReservationMiB = 64,
                        HasHealthCheck = true,
                        PortMappings = [new PortMapping(80, 0, "tcp")],
                    },
                ],
                RequiresAttributes = ["ecs.capability.container-health-check"],
                PlacementConstraints = ["attribute:ecs.os-type == linux"],
                Compatibilities = ["EC2", "EXTERNAL"],
                TaskRoleArn = "arn:aws:iam::000000000000:role/task",
                ExecutionRoleArn = "arn:aws:iam::000000000000:role/execution",
            },
            Noon,
            "arn:aws:iam::000000000000:root",
            [new("team", "blue")]);
        yield return new E.TaskDefinitionTagged("web", 7, [new("team", "red")]);
        yield return new E.TaskDefinitionDeregistered("web", 7, Noon.AddMinutes(1));
        yield return new E.TaskDefinitionDeletionRequested("web", 7, Noon.AddMinutes(2));
        yield return new E.CapacityProviderCreated(new CapacityProvider
        {
            Name = "spare",
            Kind = CapacityProviderKind.Ec2AutoScaling,
            AutoScalingGroupArn = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare",
            HasManagedScaling = true,
            Settings = JsonElement.Parse("""{"autoScalingGroupArn":"arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare"}"""),
            Tags = [new("team", "blue")],
        });
        yield return new E.CapacityProviderUpdated("spare", JsonElement.Parse("""{"managedDraining":"DISABLED"}"""), false);
        yield return new E.CapacityProvidersAssociated("default", ["spare"]);
        yield return new E.CapacityProviderTagged("spare", [new("team", "red")]);
        yield return new E.CapacityProviderDeleted("spare");
        yield return new E.DaemonTaskDefinitionRegistered(new DaemonTaskDefinition
        {
            Family = "watch",
            Revision = 3,
            Document = JsonElement.Parse("""{"family":"watch","containerDefinitions":[{"name":"agent","image":"watch","memory":64}],"volumes":[]}"""),
            Images = [new("agent", "watch", null)],
            RegisteredAt = Noon,
            RegisteredBy = "arn:aws:iam::000000000000:root",
            Tags = [new("team", "blue")],
        });
        yield return new E.DaemonTaskDefinitionTagged("watch", 3, [new("team", "red")]);
        yield return new E.DaemonTaskDefinitionDeleted("watch", 3, Noon.AddMinutes(3));
        yield return new E.SettingPut(new("arn:aws:iam::000000000000:root", "containerInsights", "enabled"));
        yield return new E.SettingDeleted("arn:aws:iam::000000000000:root", "containerInsights");
        yield return new E.TaskDefinitionDeleted("web", 7);
        yield return new E.ClusterRemoved("default");
    }

    protected override bool TakesAway(E fact) => fact is E.ClusterRemoved or E.TaskDefinitionDeleted or E.SettingDeleted or E.CapacityProviderDeleted;

    protected override void CheckDerived(AccountAggregate original, AccountAggregate restored)
    {
        new ListTaskDefinitionsQuery(TaskDefinitionStatus.DeleteInProgress, null, false, null, 10).Answer(restored.State).ShouldBe([new("web", 7)]);
        new ListDaemonTaskDefinitionsQuery(null, null, "", false, false, null, 10).Answer(restored.State).Single().Status.ShouldBe(DaemonTaskDefinitionStatus.Deleted);
    }
}
