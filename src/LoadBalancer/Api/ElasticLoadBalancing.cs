using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.LoadBalancer;

/// <summary>Elastic Load Balancing version 2 as the front door serves it: a table of its operations.</summary>
internal static class ElasticLoadBalancing
{
    public static AwsService Create(
        LoadBalancingStreams streams,
        LoadBalancingConfiguration configuration,
        ListenerFailures failures,
        ITargetAddresses addresses,
        Subnets subnets,
        LoadBalancingOptions options)
    {
        var json = new ElasticLoadBalancingJson(AwsJson.Query());
        return new AwsService
        {
            SigningName = "elasticloadbalancing",
            Target = "2015-12-01",
            Protocol = AwsProtocol.Query,
            XmlNamespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        }
            .Add("AddTags", () => json.AddTagsInput, () => json.EmptyOutput, () => new AddTags(streams))
            .Add("CreateListener", () => json.CreateListenerInput, () => json.CreateListenerOutput, () => new CreateListener(streams))
            .Add("CreateLoadBalancer", () => json.CreateLoadBalancerInput, () => json.CreateLoadBalancerOutput, () => new CreateLoadBalancer(streams, configuration, subnets, options))
            .Add("CreateRule", () => json.CreateRuleInput, () => json.CreateRuleOutput, () => new CreateRule(streams))
            .Add("CreateTargetGroup", () => json.CreateTargetGroupInput, () => json.CreateTargetGroupOutput, () => new CreateTargetGroup(streams))
            .Add("DeleteListener", () => json.DeleteListenerInput, () => json.EmptyOutput, () => new DeleteListener(streams))
            .Add("DeleteLoadBalancer", () => json.DeleteLoadBalancerInput, () => json.EmptyOutput, () => new DeleteLoadBalancer(streams))
            .Add("DeleteRule", () => json.DeleteRuleInput, () => json.EmptyOutput, () => new DeleteRule(streams))
            .Add("DeleteTargetGroup", () => json.DeleteTargetGroupInput, () => json.EmptyOutput, () => new DeleteTargetGroup(streams))
            .Add("DeregisterTargets", () => json.DeregisterTargetsInput, () => json.EmptyOutput, () => new DeregisterTargets(streams))
            .Add("DescribeAccountLimits", () => json.DescribeAccountLimitsInput, () => json.DescribeAccountLimitsOutput, () => new DescribeAccountLimits())
            .Add("DescribeCapacityReservation", () => json.DescribeCapacityReservationInput, () => json.EmptyOutput, () => new DescribeCapacityReservation(streams))
            .Add("DescribeListenerAttributes", () => json.DescribeListenerAttributesInput, () => json.DescribeListenerAttributesOutput, () => new DescribeListenerAttributes(streams))
            .Add("DescribeListeners", () => json.DescribeListenersInput, () => json.DescribeListenersOutput, () => new DescribeListeners(streams))
            .Add("DescribeLoadBalancerAttributes", () => json.DescribeLoadBalancerAttributesInput, () => json.DescribeLoadBalancerAttributesOutput, () => new DescribeLoadBalancerAttributes(streams))
            .Add("DescribeLoadBalancers", () => json.DescribeLoadBalancersInput, () => json.DescribeLoadBalancersOutput, () => new DescribeLoadBalancers(streams, failures))
            .Add("DescribeRules", () => json.DescribeRulesInput, () => json.DescribeRulesOutput, () => new DescribeRules(streams))
            .Add("DescribeTags", () => json.DescribeTagsInput, () => json.DescribeTagsOutput, () => new DescribeTags(streams))
            .Add("DescribeTargetGroupAttributes", () => json.DescribeTargetGroupAttributesInput, () => json.DescribeTargetGroupAttributesOutput, () => new DescribeTargetGroupAttributes(streams))
            .Add("DescribeTargetGroups", () => json.DescribeTargetGroupsInput, () => json.DescribeTargetGroupsOutput, () => new DescribeTargetGroups(streams))
            .Add("DescribeTargetHealth", () => json.DescribeTargetHealthInput, () => json.DescribeTargetHealthOutput, () => new DescribeTargetHealth(streams))
            .Add("ModifyListener", () => json.ModifyListenerInput, () => json.ModifyListenerOutput, () => new ModifyListener(streams))
            .Add("ModifyListenerAttributes", () => json.ModifyListenerAttributesInput, () => json.ModifyListenerAttributesOutput, () => new ModifyListenerAttributes(streams))
            .Add("ModifyLoadBalancerAttributes", () => json.ModifyLoadBalancerAttributesInput, () => json.ModifyLoadBalancerAttributesOutput, () => new ModifyLoadBalancerAttributes(streams))
            .Add("ModifyRule", () => json.ModifyRuleInput, () => json.ModifyRuleOutput, () => new ModifyRule(streams))
            .Add("ModifyTargetGroup", () => json.ModifyTargetGroupInput, () => json.ModifyTargetGroupOutput, () => new ModifyTargetGroup(streams))
            .Add("ModifyTargetGroupAttributes", () => json.ModifyTargetGroupAttributesInput, () => json.ModifyTargetGroupAttributesOutput, () => new ModifyTargetGroupAttributes(streams))
            .Add("RegisterTargets", () => json.RegisterTargetsInput, () => json.EmptyOutput, () => new RegisterTargets(streams, addresses))
            .Add("RemoveTags", () => json.RemoveTagsInput, () => json.EmptyOutput, () => new RemoveTags(streams))
            .Add("SetIpAddressType", () => json.SetIpAddressTypeInput, () => json.SetIpAddressTypeOutput, () => new SetIpAddressType(streams))
            .Add("SetRulePriorities", () => json.SetRulePrioritiesInput, () => json.SetRulePrioritiesOutput, () => new SetRulePriorities(streams))
            .Add("SetSecurityGroups", () => json.SetSecurityGroupsInput, () => json.SetSecurityGroupsOutput, () => new SetSecurityGroups(streams))
            .Add("SetSubnets", () => json.SetSubnetsInput, () => json.SetSubnetsOutput, () => new SetSubnets(streams, subnets));
    }
}

[JsonSerializable(typeof(AddTagsInput))]
[JsonSerializable(typeof(EmptyOutput))]
[JsonSerializable(typeof(CreateListenerInput))]
[JsonSerializable(typeof(CreateListenerOutput))]
[JsonSerializable(typeof(CreateLoadBalancerInput))]
[JsonSerializable(typeof(CreateLoadBalancerOutput))]
[JsonSerializable(typeof(CreateRuleInput))]
[JsonSerializable(typeof(CreateRuleOutput))]
[JsonSerializable(typeof(CreateTargetGroupInput))]
[JsonSerializable(typeof(CreateTargetGroupOutput))]
[JsonSerializable(typeof(DeleteListenerInput))]
[JsonSerializable(typeof(DeleteLoadBalancerInput))]
[JsonSerializable(typeof(DeleteRuleInput))]
[JsonSerializable(typeof(DeleteTargetGroupInput))]
[JsonSerializable(typeof(DeregisterTargetsInput))]
[JsonSerializable(typeof(DescribeAccountLimitsInput))]
[JsonSerializable(typeof(DescribeAccountLimitsOutput))]
[JsonSerializable(typeof(DescribeCapacityReservationInput))]
[JsonSerializable(typeof(DescribeListenerAttributesInput))]
[JsonSerializable(typeof(DescribeListenerAttributesOutput))]
[JsonSerializable(typeof(DescribeListenersInput))]
[JsonSerializable(typeof(DescribeListenersOutput))]
[JsonSerializable(typeof(DescribeLoadBalancerAttributesInput))]
[JsonSerializable(typeof(DescribeLoadBalancerAttributesOutput))]
[JsonSerializable(typeof(DescribeLoadBalancersInput))]
[JsonSerializable(typeof(DescribeLoadBalancersOutput))]
[JsonSerializable(typeof(DescribeRulesInput))]
[JsonSerializable(typeof(DescribeRulesOutput))]
[JsonSerializable(typeof(DescribeTagsInput))]
[JsonSerializable(typeof(DescribeTagsOutput))]
[JsonSerializable(typeof(DescribeTargetGroupAttributesInput))]
[JsonSerializable(typeof(DescribeTargetGroupAttributesOutput))]
[JsonSerializable(typeof(DescribeTargetGroupsInput))]
[JsonSerializable(typeof(DescribeTargetGroupsOutput))]
[JsonSerializable(typeof(DescribeTargetHealthInput))]
[JsonSerializable(typeof(DescribeTargetHealthOutput))]
[JsonSerializable(typeof(ModifyListenerInput))]
[JsonSerializable(typeof(ModifyListenerOutput))]
[JsonSerializable(typeof(ModifyListenerAttributesInput))]
[JsonSerializable(typeof(ModifyListenerAttributesOutput))]
[JsonSerializable(typeof(ModifyLoadBalancerAttributesInput))]
[JsonSerializable(typeof(ModifyLoadBalancerAttributesOutput))]
[JsonSerializable(typeof(ModifyRuleInput))]
[JsonSerializable(typeof(ModifyRuleOutput))]
[JsonSerializable(typeof(ModifyTargetGroupInput))]
[JsonSerializable(typeof(ModifyTargetGroupOutput))]
[JsonSerializable(typeof(ModifyTargetGroupAttributesInput))]
[JsonSerializable(typeof(ModifyTargetGroupAttributesOutput))]
[JsonSerializable(typeof(RegisterTargetsInput))]
[JsonSerializable(typeof(RemoveTagsInput))]
[JsonSerializable(typeof(SetIpAddressTypeInput))]
[JsonSerializable(typeof(SetIpAddressTypeOutput))]
[JsonSerializable(typeof(SetRulePrioritiesInput))]
[JsonSerializable(typeof(SetRulePrioritiesOutput))]
[JsonSerializable(typeof(SetSecurityGroupsInput))]
[JsonSerializable(typeof(SetSecurityGroupsOutput))]
[JsonSerializable(typeof(SetSubnetsInput))]
[JsonSerializable(typeof(SetSubnetsOutput))]
internal sealed partial class ElasticLoadBalancingJson : JsonSerializerContext;
